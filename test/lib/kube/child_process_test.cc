#include "lib/kube/child_process.h"
