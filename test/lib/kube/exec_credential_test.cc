#include "lib/kube/exec_credential.h"
