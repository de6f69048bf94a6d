#include "lib/kube/api_client.h"
