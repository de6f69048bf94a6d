#include "lib/kube/credentials.h"
