#include "lib/kube/kubeconfig_file.h"
