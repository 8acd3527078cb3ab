#include "values/plate.hpp"
