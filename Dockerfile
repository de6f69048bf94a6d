# The image: the program, what of libc it loads, CA certificates, time zones. No shell.
#
#   docker build --build-arg VERSION=$(git describe --tags) -t sidecar-injector .
#
# `make image` makes the same root folder into an OCI image without Docker or a registry.
FROM debian:12-slim AS build
ARG VERSION=0.1.0
ARG SOURCE_DATE_EPOCH=0
WORKDIR /src
COPY test/tools/deps.sh test/tools/deps.sh
RUN test/tools/deps.sh
COPY . .
RUN cmake --preset release -DSIDECAR_VERSION=${VERSION} -DBUILD_TESTING=OFF \
 && cmake --build --preset release --target sidecar-injector \
 && release/rootfs.sh build/release/bin/sidecar-injector /rootfs

FROM scratch
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title=sidecar-injector \
      org.opencontainers.image.description="Puts a sidecar container into Kubernetes pods" \
      org.opencontainers.image.version=${VERSION} \
      org.opencontainers.image.licenses=Apache-2.0
COPY --from=build /rootfs /
WORKDIR /
ENV PATH=/usr/bin SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
USER 65532:65532
ENTRYPOINT ["/usr/bin/sidecar-injector"]
CMD ["controller"]
