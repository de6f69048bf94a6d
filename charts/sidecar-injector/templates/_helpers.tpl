{{/* The name that all objects carry. */}}
{{- define "sidecar-injector.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 53 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 53 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 53 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* The name of objects that belong to no namespace: two releases must not share one. */}}
{{- define "sidecar-injector.clusterName" -}}
{{- $name := include "sidecar-injector.fullname" . -}}
{{- if eq .Release.Namespace "istio-system" -}}{{ $name }}{{- else -}}{{ printf "%s-%s" $name .Release.Namespace }}{{- end -}}
{{- end }}

{{- define "sidecar-injector.webhookConfigName" -}}
{{- default (include "sidecar-injector.clusterName" .) .Values.webhook.configName -}}
{{- end }}

{{- define "sidecar-injector.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "sidecar-injector.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end }}

{{- define "sidecar-injector.selectorLabels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "sidecar-injector.labels" -}}
{{ include "sidecar-injector.selectorLabels" . }}
{{ include "sidecar-injector.otherLabels" . }}
{{- end }}

{{- define "sidecar-injector.otherLabels" -}}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: injector
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name (.Chart.Version | replace "+" "_") | quote }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "sidecar-injector.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}{{ .repository }}@{{ .digest }}{{- else -}}{{ .repository }}:{{ default $.Chart.AppVersion .tag }}{{- end -}}
{{- end -}}
{{- end }}

{{/* On private GKE clusters the control plane reaches nodes on 443 and 10250 only. */}}
{{- define "sidecar-injector.webhookPort" -}}
{{- if .Values.ports.webhook -}}{{ .Values.ports.webhook }}
{{- else if eq .Values.platform "gke-private" -}}10250
{{- else -}}8443
{{- end -}}
{{- end }}

{{/* Whether more than one replica is promised. */}}
{{- define "sidecar-injector.highlyAvailable" -}}
{{- $replicas := ternary .Values.autoscaling.minReplicas .Values.replicaCount .Values.autoscaling.enabled | int -}}
{{- if ge $replicas 2 -}}true{{- end -}}
{{- end }}

{{/* The Secret whose files are mounted; empty where the injector reads the Secret itself. */}}
{{- define "sidecar-injector.mountedSecret" -}}
{{- if eq .Values.certificate.mode "files" -}}{{ .Values.certificate.existingSecret }}
{{- else if eq .Values.certificate.mode "cert-manager" -}}{{ .Values.certificate.secret }}
{{- end -}}
{{- end }}

{{/* Pod-level and container-level settings that the restricted Pod Security Standard asks for. */}}
{{- define "sidecar-injector.podSecurityContext" -}}
runAsNonRoot: true
{{- if and (ne .Values.platform "openshift") .Values.runAsUser }}
runAsUser: {{ .Values.runAsUser }}
runAsGroup: {{ .Values.runAsUser }}
fsGroup: {{ .Values.runAsUser }}
{{- end }}
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "sidecar-injector.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* Values that are each valid but make no sense together. */}}
{{- define "sidecar-injector.validate" -}}
{{- with .Values -}}
{{- if and (eq .webhook.failurePolicy "Fail") (not .webhook.allowUnsafeFail) -}}
{{- if not (include "sidecar-injector.highlyAvailable" $) -}}
{{- fail "webhook.failurePolicy=Fail needs at least two replicas: while a single one restarts, no pod of a selected namespace can be created. Raise replicaCount, or set webhook.allowUnsafeFail=true" -}}
{{- end -}}
{{- if not .podDisruptionBudget.enabled -}}
{{- fail "webhook.failurePolicy=Fail needs podDisruptionBudget.enabled=true: draining nodes may stop all replicas at once. Or set webhook.allowUnsafeFail=true" -}}
{{- end -}}
{{- end -}}
{{- if and (eq .injection.preset "custom") .injection.create (not .injection.template) -}}
{{- fail "injection.preset=custom needs injection.template" -}}
{{- end -}}
{{- if and .injection.template (ne .injection.preset "custom") -}}
{{- fail (printf "injection.template is not used with injection.preset=%s: set injection.preset=custom" .injection.preset) -}}
{{- end -}}
{{- if eq .certificate.mode "files" -}}
{{- if not .certificate.existingSecret -}}
{{- fail "certificate.mode=files needs certificate.existingSecret" -}}
{{- end -}}
{{- if and (eq .webhook.managedBy "chart") (not .webhook.caBundle) -}}
{{- fail "certificate.mode=files needs webhook.caBundle: the CA that signed the certificate, PEM" -}}
{{- end -}}
{{- else if .webhook.caBundle -}}
{{- fail (printf "webhook.caBundle must be empty with certificate.mode=%s: the field is filled in by the running injector, and a value here would break upgrades" .certificate.mode) -}}
{{- end -}}
{{- if and (eq .certificate.mode "csr") (not .certificate.signerName) (semverCompare ">=1.22.0-0" $.Capabilities.KubeVersion.Version) -}}
{{- fail "certificate.mode=csr needs certificate.signerName: Kubernetes 1.22 and later have no signer of their own for such certificates" -}}
{{- end -}}
{{- if and (eq .certificate.mode "cert-manager") (eq .webhook.managedBy "controller") -}}
{{- fail "certificate.mode=cert-manager needs webhook.managedBy=chart: cert-manager fills in the caBundle of a configuration that carries its annotation" -}}
{{- end -}}
{{- if and (eq .webhook.managedBy "controller") (or (ne .webhook.scope "optIn") .webhook.extraNamespaceExpressions .webhook.extraObjectExpressions .webhook.extraMatchConditions .platform) -}}
{{- fail "webhook.managedBy=controller knows nothing of webhook.scope, webhook.extra* and platform: the controller's webhook selects namespaces labelled istio-injection=enabled. Set webhook.managedBy=chart" -}}
{{- end -}}
{{- if and .autoscaling.enabled (lt (int .autoscaling.maxReplicas) (int .autoscaling.minReplicas)) -}}
{{- fail "autoscaling.maxReplicas is less than autoscaling.minReplicas" -}}
{{- end -}}
{{- if and .monitoring.serviceMonitor.enabled .monitoring.podMonitor.enabled -}}
{{- fail "monitoring.serviceMonitor and monitoring.podMonitor would scrape everything twice: enable one" -}}
{{- end -}}
{{- if and .priorityClass.create (or (not .priorityClass.name) (hasPrefix "system-" .priorityClass.name)) -}}
{{- fail "priorityClass.create needs a priorityClass.name that does not begin with \"system-\"" -}}
{{- end -}}
{{- if eq (include "sidecar-injector.webhookPort" $ | int) (int .ports.admin) -}}
{{- fail "ports.webhook and ports.admin must differ" -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* API versions: as far as the server has them, and, when rendering offline, as --kube-version did. */}}
{{- define "sidecar-injector.webhookApi" -}}
admissionregistration.k8s.io/{{ ternary "v1" "v1beta1" (and (.Capabilities.APIVersions.Has "admissionregistration.k8s.io/v1") (semverCompare ">=1.16.0-0" .Capabilities.KubeVersion.Version)) }}
{{- end }}

{{- define "sidecar-injector.disruptionBudgetApi" -}}
policy/{{ ternary "v1" "v1beta1" (and (.Capabilities.APIVersions.Has "policy/v1") (semverCompare ">=1.21.0-0" .Capabilities.KubeVersion.Version)) }}
{{- end }}

{{- define "sidecar-injector.autoscalerApi" -}}
autoscaling/{{ ternary "v2" "v2beta2" (and (.Capabilities.APIVersions.Has "autoscaling/v2") (semverCompare ">=1.23.0-0" .Capabilities.KubeVersion.Version)) }}
{{- end }}
