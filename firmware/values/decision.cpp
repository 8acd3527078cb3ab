#include "values/decision.hpp"
