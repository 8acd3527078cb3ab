-- Whose password and second factor the code makes anew; NULL: it makes a user.
ALTER TABLE invitation ADD COLUMN user INTEGER;
