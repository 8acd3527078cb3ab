// Pictures of a journal under test: a thousand bytes each, and the events that bind them.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <vector>

#include "fixture.hpp"

namespace menshen::journal {

inline std::vector<std::uint8_t> picture(int number, std::size_t bytes = 1000) {
    std::vector<std::uint8_t> content(bytes, static_cast<std::uint8_t>(number));
    content[0] = static_cast<std::uint8_t>(number >> 8);
    return content;
}

inline PictureRef write(Book& book, int number) {
    return book->write_picture("scene", picture(number), noon).value();
}

/// A plain admission with a picture.
inline PictureRef admit(Book& book, int number) {
    const auto id = static_cast<AuthorisationId>(number);
    auto ref = write(book, number);
    REQUIRE(book->intent(intent(id), noon).ok());
    REQUIRE(book->outcome(outcome_of(id, {ref}), noon).ok());
    return ref;
}

/// Kept whatever the quota says.
inline PictureRef refer(Book& book, int number) {
    auto ref = write(book, number);
    auto event = make_event(EventKind::evidence, "in", {}, noon);
    add_pictures(event, {ref}, true);
    REQUIRE(book->append(event).ok());
    return ref;
}

inline bool there(Book& book, const PictureRef& ref) {
    return book->read_picture(ref.sha256).ok();
}

inline std::filesystem::path file_of(Book& book, const PictureRef& ref) {
    return book.folder.path() / "evidence" / ref.sha256.substr(0, 2) / ref.sha256.substr(2, 2) / (ref.sha256 + ".jpg");
}

/// The registry's word, made `second` seconds after noon.
inline Status acknowledge(Book& book, std::uint64_t upto, std::int64_t second = 0, std::int64_t epoch = 1) {
    return book->acknowledge_pictures({epoch, now_at(second).utc, static_cast<std::int64_t>(upto)});
}

}  // namespace menshen::journal
