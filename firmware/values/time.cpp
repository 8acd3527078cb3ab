#include "values/time.hpp"
