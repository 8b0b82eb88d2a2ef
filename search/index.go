package search

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
)

// format is raised when documents are made differently, so that an index made the old way is built anew.
const format = 5

// state is what commits together with content: up to where the log was folded, and what that should have left in the index.
type state struct {
	Format   int    `json:"format"`
	Position uint64 `json:"position"`
	// Count is how many entries there are; Digest is the XOR of a hash of each one's id and the log position of its own fact. The
	// same can be computed from the log, so that an index that belongs to another log is found out.
	Count  int    `json:"count"`
	Digest uint64 `json:"digest"`
	// Unswept is set from an erasure on until no file holds the erased terms any more.
	Unswept bool `json:"unswept,omitempty"`
}

// stateKey is where Bleve keeps the state; markerID is the one document that is no entry, see sweep.
const (
	stateKey = "matchday-state"
	markerID = "marker"
)

// index is the Bleve index on disk.
type index struct {
	bleve.Index
	path   string
	logger *slog.Logger

	mu    sync.Mutex // guards what follows, and writing
	state state
	// persisted is closed once the last batch is on disk; a batch is searchable before that.
	persisted <-chan struct{}
}

// errDamaged says that an index cannot be used and must be built anew.
var errDamaged = errors.New("the index is not usable")

// openIndex opens the index below dir. One that cannot be used is removed, not kept: it holds people's words, and an erasure must
// reach every copy. What was removed is built anew from the log.
func openIndex(dir string, logger *slog.Logger) (*index, error) {
	x := &index{path: filepath.Join(dir, "bleve"), logger: logger}
	if _, err := os.Stat(x.path); errors.Is(err, os.ErrNotExist) {
		return x, x.create()
	}
	err := x.open()
	if errors.Is(err, errDamaged) {
		logger.Warn("search: rebuilding the index", "reason", err)
		return x, x.reset()
	}
	return x, err
}

// options are those of Bleve's scorch. A batch returns when it can be searched and reaches the disk soon after, which is safe here:
// what a crash takes away, position and content together, the log gives back. The persister naps so that several batches become one
// file, and files are merged ten at a time from small ones up: with Bleve's floor of 2,000 documents it would merge an import's again
// and again. The lock on the folder is not waited for for ever, and one snapshot is kept, so that no older one holds on to what was erased.
func options() map[string]any {
	return map[string]any{
		"bolt_timeout":           "2s",
		"unsafe_batch":           true,
		"numSnapshotsToKeep":     1,
		"scorchMergePlanOptions": map[string]any{"FloorSegmentSize": 200},
		"scorchPersisterOptions": map[string]any{"PersisterNapTimeMSec": 250},
	}
}

func (x *index) create() error {
	if err := os.MkdirAll(filepath.Dir(x.path), 0o700); err != nil {
		return fmt.Errorf("making the index folder: %w", err)
	}
	m, err := newMapping()
	if err != nil {
		return fmt.Errorf("describing the index: %w", err)
	}
	if x.Index, err = bleve.NewUsing(x.path, m, scorch.Name, scorch.Name, options()); err != nil {
		return fmt.Errorf("creating the index: %w", err)
	}
	x.state = state{Format: format}
	_, err = x.touch()
	return err
}

// reset removes what there is and starts empty.
func (x *index) reset() error {
	if x.Index != nil {
		_ = x.Index.Close()
	}
	if err := os.RemoveAll(x.path); err != nil {
		return fmt.Errorf("removing the old index: %w", err)
	}
	return x.create()
}

// open opens an existing index and checks everything about it that does not need the log.
func (x *index) open() (err error) {
	defer func() {
		if r := recover(); r != nil { // a damaged segment makes the reader panic
			err = fmt.Errorf("%w: %v", errDamaged, r)
		}
		if errors.Is(err, errDamaged) && x.Index != nil {
			_ = x.Index.Close()
			x.Index = nil
		}
	}()
	suspects := x.damaged()
	x.Index, err = bleve.OpenUsing(x.path, options())
	switch {
	case err != nil && strings.Contains(err.Error(), "timeout"): // bbolt waited for the lock: another process uses it
		return fmt.Errorf("opening the index: another process holds it: %w", err)
	case err != nil:
		x.Index = nil
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	for _, f := range suspects { // opening removes files that no snapshot names, such as one that a crash cut short
		if _, err := os.Stat(f); err == nil {
			return fmt.Errorf("%w: segment %s has another checksum", errDamaged, filepath.Base(f))
		}
	}
	return x.load()
}

// load reads the state and compares it with the mapping in use and the number of documents.
func (x *index) load() error {
	raw, err := x.GetInternal([]byte(stateKey))
	if err != nil {
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	var s state
	if err := json.Unmarshal(raw, &s); err != nil {
		return fmt.Errorf("%w: its state cannot be read: %w", errDamaged, err)
	}
	m, err := newMapping()
	if err != nil {
		return err
	}
	want, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if have, err := json.Marshal(x.Mapping()); err != nil || string(have) != string(want) || s.Format != format {
		return fmt.Errorf("%w: it was made by another version", errDamaged)
	}
	n, err := x.DocCount()
	if err != nil {
		return fmt.Errorf("%w: its documents cannot be counted: %w", errDamaged, err)
	}
	if n != uint64(s.Count)+1 {
		return fmt.Errorf("%w: it holds %d documents where %d belong", errDamaged, n, s.Count+1)
	}
	x.state = s
	return nil
}

// damaged returns the segment files whose checksum, their last four bytes, does not fit the rest: Bleve itself does not look.
func (x *index) damaged() []string {
	var bad []string
	for _, f := range x.segments() {
		b, err := os.ReadFile(f)
		if n := len(b) - 4; err != nil || n < 0 || crc32.ChecksumIEEE(b[:n]) != binary.BigEndian.Uint32(b[n:]) {
			bad = append(bad, f)
		}
	}
	return bad
}

// commit writes what fill puts into a batch, and the state as change leaves it, as one. An error may or may not have been applied,
// so the same is tried again: a batch says what is, not what changed. The channel returned is closed once the batch is on disk.
func (x *index) commit(fill func(*bleve.Batch) error, change func(*state)) (persisted <-chan struct{}, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	s := x.state
	change(&s)
	raw, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	for try := range 4 {
		done := make(chan struct{})
		b := x.NewBatch()
		if err = fill(b); err != nil {
			return nil, fmt.Errorf("filling a batch: %w", err)
		}
		b.SetInternal([]byte(stateKey), raw)
		b.SetPersistedCallback(func(error) { close(done) })
		if err = x.Batch(b); err == nil {
			x.state, x.persisted = s, done
			return done, nil
		}
		x.logger.Warn("search: committing a batch", "try", try, "error", err)
		time.Sleep(50 * time.Millisecond << try)
	}
	return nil, fmt.Errorf("committing to the index: %w", err)
}

// touch writes the marker document alone.
func (x *index) touch() (persisted <-chan struct{}, err error) {
	return x.commit(func(b *bleve.Batch) error { return b.IndexAdvanced(document.NewDocument(markerID)) }, func(*state) {})
}

// close waits a little for the last batch to reach the disk, so that the next start has nothing to fold again, and closes.
func (x *index) close() error {
	if x.Index == nil {
		return nil
	}
	if x.persisted != nil {
		select {
		case <-x.persisted:
		case <-time.After(5 * time.Second):
		}
	}
	return x.Index.Close()
}

// mark is what an entry adds to the digest.
func mark(id string, seq uint64) uint64 {
	h := fnv.New64a()
	h.Write([]byte(id))
	h.Write([]byte{0})
	h.Write(strconv.AppendUint(nil, seq, 10))
	return h.Sum64()
}

func (x *index) position() uint64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.state.Position
}
