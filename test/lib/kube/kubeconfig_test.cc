#include "lib/kube/client_config.h"
