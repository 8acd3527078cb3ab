#include "values/json.hpp"
