# syntax=docker/dockerfile:1
FROM rust:1.95-alpine3.22 AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock build.rs ./
COPY benches benches
COPY crates crates
COPY data data
COPY rules rules
COPY src src
# DOCKWRIGHT_COMMIT is the commit that `dockwright --version` shows.
ARG DOCKWRIGHT_COMMIT=""
# DOCKWRIGHT_DOCS_URL is the website that reports link to.
ARG DOCKWRIGHT_DOCS_URL=""
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target,sharing=locked \
    cargo build --release --locked \
 && cp target/release/dockwright /usr/local/bin/dockwright

# shell is for CI jobs, which run a script in the image: docker build --target shell .
FROM alpine:3.22 AS shell
COPY --from=build /usr/local/bin/dockwright /usr/local/bin/dockwright
RUN ln -s dockwright /usr/local/bin/hadolint
USER 65534:65534
WORKDIR /work
CMD ["/bin/sh"]

FROM scratch
# Copies the directory, because naming a link would follow it and copy the program twice.
COPY --from=shell /usr/local/bin/ /usr/local/bin/
ENV PATH=/usr/local/bin
USER 65534:65534
WORKDIR /work
HEALTHCHECK NONE
ENTRYPOINT ["dockwright"]
CMD ["check"]
