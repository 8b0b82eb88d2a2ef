package events

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/nats-io/nats.go/jetstream"

	"matchday/hiring"
)

// PutBlob stores what r holds and returns its SHA-256 in hex, by which it is read again. It passes through a temporary file, since
// the name is known only at the end; storing the same bytes again stores nothing.
func (l *Log) PutBlob(ctx context.Context, r io.Reader) (sha string, err error) {
	spool, err := os.CreateTemp("", "matchday-blob-*")
	if err != nil {
		return "", fmt.Errorf("storing a blob: %w", err)
	}
	defer os.Remove(spool.Name())
	defer spool.Close()
	h := sha256.New()
	if _, err := io.Copy(io.MultiWriter(spool, h), r); err != nil {
		return "", fmt.Errorf("reading a blob: %w", err)
	}
	sha = hex.EncodeToString(h.Sum(nil))
	if _, err := l.blobs.GetInfo(ctx, sha); err == nil {
		return sha, nil
	}
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return "", fmt.Errorf("storing a blob: %w", err)
	}
	if _, err := l.blobs.Put(ctx, jetstream.ObjectMeta{Name: sha}, spool); err != nil {
		return "", fmt.Errorf("storing a blob: %w", asUnavailable(err))
	}
	return sha, nil
}

// OpenBlob returns the bytes of a blob, or an error of code NotFound. Reading fails at the end when they are not the ones stored.
func (l *Log) OpenBlob(ctx context.Context, sha string) (io.ReadCloser, error) {
	b, err := l.blobs.Get(ctx, sha)
	if errors.Is(err, jetstream.ErrObjectNotFound) {
		return nil, hiring.Errorf(hiring.NotFound, "no blob has this digest")
	}
	if err != nil {
		return nil, fmt.Errorf("reading a blob: %w", asUnavailable(err))
	}
	return b, nil
}
