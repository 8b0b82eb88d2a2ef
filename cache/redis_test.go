package cache

import (
	"bytes"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// record is a log that a test reads.
type record struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.Write(p)
}

func (r *record) logger() *slog.Logger { return slog.New(slog.NewTextHandler(r, nil)) }

func (r *record) says(t *testing.T, outages, ends int) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	text := r.b.String()
	if strings.Count(text, "does not answer") != outages || strings.Count(text, "answers again") != ends {
		t.Errorf("want %d outages and %d ends logged, got:\n%s", outages, ends, text)
	}
}

func TestAttack55AFlushedRedisIsAMiss(t *testing.T) {
	s := startRedis(t)
	c := open(t, s.url)
	set(t, c, "k", "1", time.Hour)
	count(t, c, "k", time.Hour, 1)
	s.do("FLUSHALL")
	miss(t, c, "k")
	count(t, c, "k", time.Hour, 1)
	set(t, c, "k", "2", time.Hour)
	hit(t, c, "k", "2")
}

func TestAttack55ForeignValuesAreMisses(t *testing.T) {
	s := startRedis(t)
	log := &record{}
	c := open(t, s.url, Keyed("secret"), LogTo(log.logger()))
	set(t, c, "k", "genuine", time.Hour)
	set(t, c, "other", "elsewhere", time.Hour)
	var key, other string
	for name := range s.keys() {
		if strings.HasSuffix(name, ":k") {
			key = name
		} else {
			other = name
		}
	}
	stored, err := s.admin.Get(t.Context(), key).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Clone(stored)
	damaged[len(damaged)-1] ^= 1
	for name, value := range map[string][]byte{
		"empty": {}, "text": []byte("hello"), "short": stored[:macSize], "cut": stored[:len(stored)-1],
		"longer": append(bytes.Clone(stored), 'x'), "damaged": damaged, "version": append([]byte{2}, stored[1:]...),
		"of another key": []byte(s.admin.Get(t.Context(), other).Val()),
	} {
		t.Run(name, func(t *testing.T) {
			s.do("SET", key, value)
			miss(t, c, "k")
		})
	}
	for _, command := range [][]any{{"LPUSH", key, "x"}, {"HSET", key, "a", "b"}, {"SADD", key, "x"}} {
		s.do("DEL", key)
		s.do(command...)
		miss(t, c, "k")
		set(t, c, "k", "again", time.Hour)
		hit(t, c, "k", "again")
	}
	log.says(t, 0, 0)
}

func TestAttack55ForeignCountersAreReplaced(t *testing.T) {
	s := startRedis(t)
	now := newHand()
	c := open(t, s.url, clock(now.Now))
	count(t, c, "k", time.Hour, 1)
	count(t, c, "k", time.Hour, 2)
	var key string
	for key = range s.keys() {
	}
	local := int64(0)
	for _, command := range [][]any{
		{"SET", key, "hello"}, {"SET", key, "9223372036854775807"}, {"SET", key, "-5"}, {"LPUSH", key, "x"},
	} {
		s.do("DEL", key)
		s.do(command...)
		local++
		count(t, c, "k", time.Hour, local) // in this process
		count(t, c, "k", time.Hour, 1)     // in Redis, anew
	}
	for _, command := range [][]any{{"SET", key, "hello"}, {"SET", key, "-5"}, {"LPUSH", key, "x"}} {
		s.do("FLUSHALL")
		s.do(command...)
		now.advance(time.Hour) // what is foreign stands in the window before
		count(t, c, "k", time.Hour, 1)
		now.advance(-time.Hour)
	}
}

func TestInstallationsDoNotSeeEachOther(t *testing.T) {
	s := startRedis(t)
	ours, theirs, replica := open(t, s.url, Keyed("ours")), open(t, s.url, Keyed("theirs")), open(t, s.url, Keyed("ours"))
	set(t, ours, "k", "1", time.Hour)
	count(t, ours, "k", time.Hour, 1)
	miss(t, theirs, "k")
	count(t, theirs, "k", time.Hour, 1)
	hit(t, replica, "k", "1")
	count(t, replica, "k", time.Hour, 2)
	for name := range s.keys() {
		if !strings.HasPrefix(name, "matchday:") || strings.Contains(name, "ours") {
			t.Errorf("a key is named %q", name)
		}
	}
}

func TestEverythingInRedisExpires(t *testing.T) {
	s := startRedis(t)
	c := open(t, s.url)
	set(t, c, "k", "1", 90*time.Second)
	set(t, c, "m", "1", 1500*time.Millisecond)
	count(t, c, "k", time.Minute, 1)
	keys := s.keys()
	if len(keys) != 3 {
		t.Errorf("keys: %v", keys)
	}
	for name := range keys {
		if ttl := s.ttl(name); ttl <= 0 || ttl > 2*time.Minute {
			t.Errorf("%s expires in %v", name, ttl)
		}
	}
}

func TestAttack55ARedisThatGoesAndComesBack(t *testing.T) {
	s := startRedis(t)
	now, log := newHand(), &record{}
	c := open(t, s.url, clock(now.Now), LogTo(log.logger()))
	set(t, c, "k", "1", time.Hour)
	count(t, c, "k", time.Hour, 1)
	s.stop()
	for want := range int64(3) {
		miss(t, c, "k")
		set(t, c, "k", "lost", time.Hour)
		count(t, c, "k", time.Hour, want+1) // limits go on in this process
		now.advance(2 * pause)
	}
	log.says(t, 1, 0)
	s.start()
	now.advance(2 * pause)
	miss(t, c, "k")
	set(t, c, "k", "2", time.Hour)
	hit(t, c, "k", "2")
	count(t, c, "k", time.Hour, 1)
	log.says(t, 1, 1)
}

func TestARedisThatIsDownIsLeftAloneForAWhile(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	calls := make(chan struct{}, 100)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			calls <- struct{}{}
			_ = conn.Close()
		}
	}()
	now, log := newHand(), &record{}
	c := open(t, "redis://"+l.Addr().String(), clock(now.Now), LogTo(log.logger()))
	for len(calls) > 0 {
		<-calls
	}
	for range 50 {
		miss(t, c, "k")
	}
	if n := len(calls); n != 0 {
		t.Errorf("%d connections within the pause", n)
	}
	now.advance(pause)
	miss(t, c, "k")
	<-calls // it is asked again
	log.says(t, 1, 0)
}

func TestAttack55AWrongRedisIsAnOutage(t *testing.T) {
	s := startRedis(t, "--requirepass", "right")
	log := &record{}
	c := open(t, s.url, LogTo(log.logger()))
	miss(t, c, "k")
	set(t, c, "k", "1", time.Hour)
	count(t, c, "k", time.Hour, 1)
	count(t, c, "k", time.Hour, 2)
	log.says(t, 1, 0)
	good := open(t, strings.Replace(s.url, "unix://", "unix://:right@", 1), LogTo(log.logger()))
	set(t, good, "k", "1", time.Hour)
	hit(t, good, "k", "1")
	log.says(t, 1, 0)
}

func TestAFullRedisFailsNoRequest(t *testing.T) {
	s := startRedis(t, "--maxmemory", "1", "--maxmemory-policy", "noeviction")
	c := open(t, s.url, LogTo((&record{}).logger()))
	set(t, c, "k", "1", time.Hour)
	miss(t, c, "k")
	count(t, c, "k", time.Hour, 1)
}

func TestMalformedAddressesAreRefusedWithoutRepeatingThem(t *testing.T) {
	for _, url := range []string{"localhost:6379", "http://:secret@localhost", "redis://:secret@localhost:port", "redis://:secret@h/x y"} {
		_, err := Open(t.Context(), url)
		if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "redis://") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// Everything the suite asks of Redis 7.0 must be known to it.
func TestOnlyKnownCommandsAreSent(t *testing.T) {
	s := startRedis(t)
	c := open(t, s.url)
	set(t, c, "k", "1", 1500*time.Millisecond)
	hit(t, c, "k", "1")
	count(t, c, "k", time.Minute, 1)
	set(t, c, "k", "1", 0)
	stats, err := s.admin.Info(t.Context(), "errorstats").Result()
	if err != nil || strings.Contains(stats, "errorstat_") {
		t.Errorf("Redis answered with errors: %s %v", stats, err)
	}
}
