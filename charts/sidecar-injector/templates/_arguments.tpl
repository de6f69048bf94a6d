{{/* The arguments of `sidecar-injector controller`, as a YAML list. */}}
{{- define "sidecar-injector.arguments" -}}
{{- $mode := .Values.certificate.mode -}}
- --injectConfigMap={{ .Values.injection.configMap }}
- --injectConfigKey={{ .Values.injection.key }}
- --meshConfigMap={{ .Values.mesh.configMap }}
- --meshConfigKey={{ .Values.mesh.key }}
- --webhookConfigName={{ include "sidecar-injector.webhookConfigName" . }}
- --webhookName={{ .Values.webhook.name }}
{{- if eq .Values.webhook.managedBy "controller" }}
- --manageWebhook
- --servicePort={{ .Values.service.port }}
- --failurePolicy={{ .Values.webhook.failurePolicy }}
- --webhookTimeout={{ .Values.webhook.timeoutSeconds }}
{{- end }}
- --service={{ include "sidecar-injector.fullname" . }}
{{- if eq $mode "cert-manager" }}
- --certMode=files
{{- else }}
- --certMode={{ $mode }}
{{- end }}
{{- if include "sidecar-injector.mountedSecret" . }}
- --tlsCertFile=/etc/istio/certs/tls.crt
- --tlsKeyFile=/etc/istio/certs/tls.key
{{- else }}
- --secret={{ .Values.certificate.secret }}
{{- end }}
{{- if and (eq $mode "csr") .Values.certificate.signerName }}
- --signerName={{ .Values.certificate.signerName }}
{{- end }}
- --port={{ include "sidecar-injector.webhookPort" . }}
- --adminPort={{ .Values.ports.admin }}
{{- if .Values.ui.enabled }}
- --ui
{{- end }}
- --drainDelay={{ .Values.drainDelay }}
- --onError={{ .Values.webhook.onError }}
- --log_output_level={{ .Values.logging.level }}
{{- if .Values.logging.json }}
- --log_as_json
{{- end }}
{{- end }}
