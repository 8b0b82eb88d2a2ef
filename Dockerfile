# One image for every role: a static binary that runs as nobody in particular.
#
#   docker build --build-arg VERSION=$(git describe --tags --always) -t matchday .

FROM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=development
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X matchday/cli.Version=${VERSION}" -o /out/matchday ./cmd/matchday
# A new named volume takes its owner from the directory of the image that it is mounted over.
RUN mkdir -p /out/data /out/mail /out/secrets

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/matchday /usr/local/bin/matchday
COPY --from=build --chown=nonroot:nonroot /out/data /data
COPY --from=build --chown=nonroot:nonroot /out/mail /mail
COPY --from=build --chown=nonroot:nonroot /out/secrets /run/secrets/matchday
USER nonroot
ENTRYPOINT ["/usr/local/bin/matchday"]
CMD ["serve", "--listen", "0.0.0.0:8080", "--data", "/data", "--mail-dir", "/mail"]
