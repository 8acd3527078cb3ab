#include "values/result.hpp"
