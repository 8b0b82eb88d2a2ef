//go:build linux

package events

import (
	"context"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"matchday/hiring"
)

// limitFiles lets no file of this process grow beyond size: writes beyond fail, as they do on a full disk. It returns what lifts the limit.
func limitFiles(t *testing.T, size uint64) (lift func()) {
	t.Helper()
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	lift = func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(lift)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: before.Max}); err != nil {
		t.Fatal(err)
	}
	return lift
}

// A broker whose disk was full takes no facts until it is started anew, which waits for room. Nothing acknowledged is lost, readers and
// publishers go on.
func TestBrokerRecoversFromAFullDisk(t *testing.T) {
	s := broker(t, t.TempDir(), "127.0.0.1:0")
	l := connect(t, options(s))
	address := s.Addr()
	var delivered Position
	followed := make(chan error, 1)
	go func() {
		followed <- l.Follow(t.Context(), 0, func(fs []hiring.Fact) error {
			delivered.Advance(fs[len(fs)-1].Seq)
			return nil
		})
	}()

	lift := limitFiles(t, 1<<20)
	padding := strings.Repeat("x", 100_000)
	acknowledged := uint64(0)
	for i := 1; ; i++ {
		d := draft(fmt.Sprintf("fact.day.d%d", i), i)
		d.Body = body{N: i, Text: padding}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		seq, err := l.Publish(ctx, d)
		cancel()
		if err != nil {
			if hiring.CodeOf(err) != hiring.Unavailable {
				t.Errorf("publishing to a full disk: %v", err)
			}
			break
		}
		if acknowledged = seq; i > 1000 {
			t.Fatal("the disk never got full")
		}
	}
	if err := s.Healthy(); err == nil {
		t.Error("a broker that cannot write calls itself healthy")
	}
	if err := s.Recover(); err == nil || !strings.Contains(err.Error(), "cannot be written yet") {
		t.Errorf("recovering without room: %v", err)
	}

	lift()
	if err := s.Recover(); err != nil {
		t.Fatal(err)
	}
	if err := s.Healthy(); err != nil || s.Addr() != address {
		t.Errorf("after recovery: %v, at %s, before at %s", err, s.Addr(), address)
	}
	next := mustPublish(t, l, draft("fact.day.next", 1)) // sent again until the connection stands
	for i := uint64(1); i <= acknowledged; i++ {
		if f, err := l.Last(t.Context(), fmt.Sprintf("fact.day.d%d", i)); err != nil || f.Seq != i {
			t.Errorf("fact %d: %d, %v", i, f.Seq, err)
		}
	}
	if err := delivered.Wait(t.Context(), next); err != nil {
		t.Errorf("a reader did not go on: %v", err)
	}
	select {
	case err := <-followed:
		t.Errorf("the reader ended: %v", err)
	case <-time.After(0):
	}
}
