#include "values/eye_message.hpp"
