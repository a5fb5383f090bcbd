# The binary alone: no shell, no package manager, an unprivileged user.
#   npm run build && docker build -t testamur .
#   docker run -p 8080:8080 -v testamur:/data testamur
FROM debian:12-slim AS system
# The compiled program needs only the C library; a home for its data belongs to the unprivileged user.
RUN mkdir -p /image/data /image/tmp && chown 65532:65532 /image/data && chmod 1777 /image/tmp \
 && for library in libc.so.6 libpthread.so.0 libdl.so.2 libm.so.6; do cp --parents -L $(ldconfig -p | awk -v l="$library" '$1 == l {print $NF; exit}') /image; done \
 && loader=$(ls /lib64/ld-linux-x86-64.so.2 /lib/ld-linux-aarch64.so.1 2>/dev/null | head -n 1) && cp --parents -L "$loader" /image

FROM scratch
COPY --from=system /image /
COPY dist/testamur /testamur
USER 65532:65532
ENV TESTAMUR_DATA__DIR=/data TESTAMUR_SERVER__LISTEN=0.0.0.0:8080
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s CMD ["/testamur", "healthcheck"]
ENTRYPOINT ["/testamur"]
CMD ["serve"]
