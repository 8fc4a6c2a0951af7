# A static binary, in an image that holds nothing else and runs as nobody:
#
#   docker build -t leastagency .
#   docker run --rm --network none --read-only -v "$PWD:/src:ro" leastagency scan
FROM golang:1.26 AS build
WORKDIR /leastagency
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -o /out/ ./cmd/leastagency

FROM scratch
COPY --from=build /out/leastagency /leastagency
USER 65532:65532
WORKDIR /src
ENTRYPOINT ["/leastagency"]
CMD ["scan"]
