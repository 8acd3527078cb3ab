#include "values/event.hpp"
