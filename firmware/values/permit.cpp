#include "values/permit.hpp"
