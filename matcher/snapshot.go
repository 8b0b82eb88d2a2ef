package matcher

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"matchday/hiring"
	"matchday/matcher/kernel"
)

// A snapshot is derived data: one file below Options.Dir that holds what was folded up to a position, so that a restart need not fold
// all of the log. It is made of a heading line, the dictionary and the state, with a checksum over all; the heading names the format, the
// score's version and the installation. What does not fit, is damaged or is ahead of the log is removed, and the log folded from
// the start. It holds nothing that is sealed. Once somebody is erased it is removed before that fact counts as folded.
const (
	snapshotFile   = "snapshot"
	snapshotFormat = "matchday match 3"
	snapshotAfter  = 1000             // facts since the last one from which another pays…
	snapshotShare  = 20               // …and one in so many of the learners
	snapshotLull   = 30 * time.Second // of the log, before one is written beside the work
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errForeign says that a snapshot is whole and of no use here.
var errForeign = errors.New("the snapshot is of another installation, format or score")

// heading names what a snapshot must fit, in one line.
func (m *Matcher) heading() string {
	return snapshotFormat + " " + ScorerVersion + " " + m.o.Secrets.Digest([]byte("snapshot of the matcher")) + "\n"
}

func (m *Matcher) snapshotPath() string { return filepath.Join(m.o.Dir, snapshotFile) }

// hashFact is what a snapshot remembers of the last fact folded, so that another log is found out.
func hashFact(f hiring.Fact) uint64 {
	h := fnv.New64a()
	for _, part := range []string{strconv.FormatUint(f.Seq, 10), f.Subject, f.Type, f.Time.UTC().Format(time.RFC3339Nano)} {
		_, _ = io.WriteString(h, part+"\n")
	}
	_, _ = h.Write(f.Data)
	return h.Sum64()
}

// writeSnapshot writes the state as it is now, in place of the snapshot there was. When somebody is erased meanwhile, nothing is kept.
func (m *Matcher) writeSnapshot() error {
	m.saving.Lock()
	defer m.saving.Unlock()
	m.mu.RLock()
	s, err := m.copyStill()
	rest := m.asleep
	m.mu.RUnlock()
	if err != nil || s.position == m.saved.Load() {
		return err
	}
	m.erasing.Lock()
	anew := m.erased > 0
	m.erasing.Unlock()
	p, err := s.pack(rest, anew)
	if err != nil {
		return err
	}
	words := new(packer)
	words.number(uint64(len(p.words)))
	for _, w := range p.words {
		words.text(w)
	}
	parts := [][]byte{[]byte(m.heading()), words.bytes, p.bytes}
	sum := uint32(0)
	for _, b := range parts {
		sum = crc32.Update(sum, castagnoli, b)
	}
	parts = append(parts, binary.BigEndian.AppendUint32(nil, sum))
	if err := os.MkdirAll(m.o.Dir, 0o700); err != nil {
		return fmt.Errorf("making the folder of snapshots: %w", err)
	}
	fresh := m.snapshotPath() + ".new"
	if err := writeSynced(fresh, parts); err != nil {
		return err
	}
	m.erasing.Lock()
	defer m.erasing.Unlock()
	if m.erased > s.position {
		return wipe(fresh)
	}
	if err := os.Rename(fresh, m.snapshotPath()); err != nil {
		return fmt.Errorf("putting the snapshot in place: %w", err)
	}
	m.saved.Store(s.position)
	m.o.Logger.Debug("wrote a snapshot", "position", s.position, "bytes", len(p.bytes)+len(words.bytes))
	return nil
}

func writeSynced(path string, parts [][]byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err == nil {
		for _, b := range parts {
			_, failed := f.Write(b)
			err = errors.Join(err, failed)
		}
		err = errors.Join(err, f.Sync(), f.Close())
	}
	if err != nil {
		return fmt.Errorf("writing a snapshot: %w", err)
	}
	return nil
}

// forget removes the snapshot, and what is left of one that was being written, because of an erasure at a position.
func (m *Matcher) forget(position uint64) error {
	if m.o.Dir == "" {
		return nil
	}
	m.erasing.Lock()
	defer m.erasing.Unlock()
	m.erased = max(m.erased, position)
	m.saved.Store(0)
	return errors.Join(wipe(m.snapshotPath()), wipe(m.snapshotPath()+".new"))
}

// wipe overwrites a file and removes it.
func wipe(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err == nil {
		f, opened := os.OpenFile(path, os.O_WRONLY, 0)
		if err = opened; err == nil {
			_, err = io.Copy(f, io.LimitReader(zeros{}, info.Size()))
			err = errors.Join(err, f.Sync(), f.Close())
		}
	}
	if err = errors.Join(err, os.Remove(path)); err != nil {
		return fmt.Errorf("removing a snapshot: %w", err)
	}
	return nil
}

type zeros struct{}

// Read reads zeros.
func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// readSnapshot reads the snapshot there is.
func (m *Matcher) readSnapshot() (*unpacked, error) {
	b, err := os.ReadFile(m.snapshotPath())
	if err != nil {
		return nil, err
	}
	n := len(b) - 4
	if n < 0 || crc32.Checksum(b[:n], castagnoli) != binary.BigEndian.Uint32(b[n:]) {
		return nil, errDamaged
	}
	state, ok := bytes.CutPrefix(b[:n], []byte(m.heading()))
	if !ok {
		return nil, errForeign
	}
	u := &unpacker{bytes: state}
	words := make([]string, u.count())
	for i := range words {
		words[i] = u.text()
	}
	if u.err != nil {
		return nil, u.err
	}
	return unpack(u.bytes, words)
}

// resume goes on from the snapshot, when there is one that fits the log, and returns the position from which the log is to be followed.
func (m *Matcher) resume(ctx context.Context, end uint64) (uint64, error) {
	if m.o.Dir == "" {
		return 0, nil
	}
	if err := wipe(m.snapshotPath() + ".new"); err != nil {
		return 0, err
	}
	s, err := m.readSnapshot()
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err == nil {
		err = m.fits(ctx, s, end)
	}
	if err != nil {
		if ctx.Err() != nil {
			return 0, nil
		}
		m.o.Logger.Warn("the log is folded from the start", "reason", err)
		return 0, wipe(m.snapshotPath())
	}
	if err := m.restore(ctx, s); err != nil {
		return 0, err
	}
	m.saved.Store(s.position)
	return s.position, nil
}

// fits compares the last fact that a snapshot reflects with the log's. One that was erased since cannot be compared; what is after it
// says so.
func (m *Matcher) fits(ctx context.Context, s *unpacked, end uint64) error {
	if s.position == 0 || s.position > end {
		return fmt.Errorf("%w: it is ahead of the log", errForeign)
	}
	var first hiring.Fact
	err := m.o.Log.Follow(ctx, s.position-1, func(batch []hiring.Fact) error {
		first = batch[0]
		return errReached
	})
	if err != nil && !errors.Is(err, errReached) {
		return err
	}
	if first.Seq == s.position && hashFact(first) != s.tail {
		return fmt.Errorf("%w: the log says something else at its position", errForeign)
	}
	return nil
}

// restore makes an empty matcher what it was when the snapshot was made.
func (m *Matcher) restore(ctx context.Context, s *unpacked) error {
	ix := m.index
	for _, name := range s.names {
		ix.number(name)
	}
	for n, l := range s.lists {
		ix.variants[l.skill] = append(ix.variants[l.skill], variant{kernel.List(n), l.strength})
	}
	ix.lists, ix.learners, ix.learner, ix.holders = s.lists, s.rows, s.rest.rows, s.holders
	for n := range ix.learners {
		ix.learners[n].rarity = ix.rarityOf(ix.learners[n].proofs)
		ix.present += ones(ix.learners[n].id != "")
	}
	if _, _, err := m.take(ctx, s.facts); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asleep, m.tail = s.rest, s.tail
	m.world.Resume(s.position, s.rest.rest(), map[string]uint64{hiring.RaritySubject(): s.rarity})
	m.ahead.Position = s.position
	if ix.visible() == len(s.order) { // else the crowd is made when it is asked for
		ix.kernel = kernel.New(ix.records(s.order), kernel.Options{AsGiven: true})
	}
	m.queue.restart(s.waiting)
	m.pos.Advance(s.position)
	return nil
}

// visible counts the learners who may be shown.
func (ix *index) visible() (n int) {
	for i := range ix.learners {
		if ix.learners[i].visible {
			n++
		}
	}
	return n
}
