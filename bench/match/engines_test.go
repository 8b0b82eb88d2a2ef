package match

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/search/query"
	"github.com/redis/go-redis/v9"

	"matchday/matcher/kernel"
)

// bleveIndex holds learners as documents with a keyword field of their lists, and answers by a disjunction of boosted terms.
type bleveIndex struct{ index bleve.Index }

func newBleve(t *testing.T, w *world) contestant {
	mapping := bleve.NewIndexMapping()
	field := bleve.NewKeywordFieldMapping()
	field.Analyzer, field.Store, field.DocValues, field.IncludeInAll = keyword.Name, false, false, false
	mapping.DefaultMapping.AddFieldMappingsAt("s", field)
	mapping.DefaultMapping.Dynamic = false
	index, err := bleve.New(filepath.Join(t.TempDir(), "bleve"), mapping)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { index.Close() })
	for records := range slices.Chunk(w.records, 5000) {
		batch := index.NewBatch()
		for _, r := range records {
			terms := make([]string, len(r.Lists))
			for i, l := range r.Lists {
				terms[i] = strconv.Itoa(int(l))
			}
			if err := batch.Index(strconv.Itoa(int(r.Row)), map[string]any{"s": terms}); err != nil {
				t.Fatal(err)
			}
		}
		if err := index.Batch(batch); err != nil {
			t.Fatal(err)
		}
	}
	return contestant{name: "plain Bleve", ask: bleveIndex{index}.ask, inexact: true}
}

func term(l kernel.List, boost float64) query.Query {
	q := bleve.NewTermQuery(strconv.Itoa(int(l)))
	q.SetField("s")
	q.SetBoost(boost)
	return q
}

func (b bleveIndex) ask(q kernel.Query) ([]kernel.Hit, error) {
	any := bleve.NewDisjunctionQuery()
	for _, g := range q.Groups {
		any.AddQuery(term(g[0].List, float64(g[0].Weight)))
	}
	var asked query.Query = any
	if len(q.Must) > 0 {
		all := bleve.NewConjunctionQuery(any)
		for _, set := range q.Must {
			one := bleve.NewDisjunctionQuery()
			for _, l := range set {
				one.AddQuery(term(l, 0))
			}
			all.AddQuery(one)
		}
		asked = all
	}
	r, err := b.index.Search(bleve.NewSearchRequestOptions(asked, q.K, 0, false))
	if err != nil {
		return nil, err
	}
	hits := make([]kernel.Hit, len(r.Hits))
	for i, h := range r.Hits {
		row, _ := strconv.Atoi(h.ID)
		hits[i] = kernel.Hit{Row: kernel.Row(row)}
	}
	return hits, nil
}

// redisServer holds a sorted set a list and answers by ZUNIONSTORE with weights.
type redisServer struct{ client *redis.Client }

// member counts down, so that rows of one score come back in order of number.
func member(row kernel.Row) string { return fmt.Sprintf("%08d", 99_999_999-row) }

func newRedis(t *testing.T, w *world) (contestant, bool) {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return contestant{}, false
	}
	socket := filepath.Join(t.TempDir(), "redis.sock")
	server := exec.Command(path, "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", t.TempDir())
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Process.Kill(); server.Wait() })
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: socket, ReadTimeout: time.Minute, MaxRetries: 50})
	t.Cleanup(func() { client.Close() })
	ctx := context.Background()
	c := newCounters(w)
	for l, rows := range c.postings {
		for part := range slices.Chunk(rows, 5000) {
			members := make([]redis.Z, len(part))
			for i, row := range part {
				members[i] = redis.Z{Score: 1, Member: member(kernel.Row(row))}
			}
			if err := client.ZAdd(ctx, "s"+strconv.Itoa(l), members...).Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
	return contestant{name: "Redis ZUNIONSTORE", ask: redisServer{client}.ask, slow: true}, true
}

func (r redisServer) ask(q kernel.Query) ([]kernel.Hit, error) {
	ctx := context.Background()
	pipe := r.client.Pipeline()
	union := redis.ZStore{}
	for _, g := range q.Groups {
		union.Keys = append(union.Keys, "s"+strconv.Itoa(int(g[0].List)))
		union.Weights = append(union.Weights, float64(g[0].Weight))
	}
	pipe.ZUnionStore(ctx, "sums", &union)
	from := "sums"
	if len(q.Must) > 0 {
		meet := redis.ZStore{Keys: []string{"sums"}, Weights: []float64{1}}
		for i, set := range q.Must {
			key := "must" + strconv.Itoa(i)
			var keys []string
			for _, l := range set {
				keys = append(keys, "s"+strconv.Itoa(int(l)))
			}
			if len(keys) == 1 {
				key = keys[0]
			} else {
				pipe.ZUnionStore(ctx, key, &redis.ZStore{Keys: keys})
			}
			meet.Keys, meet.Weights = append(meet.Keys, key), append(meet.Weights, 0)
		}
		from = "met"
		pipe.ZInterStore(ctx, from, &meet)
	}
	answer := pipe.ZRevRangeWithScores(ctx, from, 0, int64(q.K)-1)
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, err
	}
	var hits []kernel.Hit
	for _, z := range answer.Val() {
		n, err := strconv.Atoi(z.Member.(string))
		if err != nil {
			return nil, err
		}
		hits = append(hits, kernel.Hit{Row: kernel.Row(99_999_999 - n), Score: int64(z.Score)})
	}
	return hits, nil
}

// postgres is a server of its own, spoken to through psql.
type postgres struct {
	in  io.Writer
	out *bufio.Reader
}

// postgresTools finds the programs of a PostgreSQL server.
func postgresTools() (dir string, ok bool) {
	dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	for _, d := range append(dirs, "/usr/local/bin", "/usr/bin") {
		if _, err := os.Stat(filepath.Join(d, "initdb")); err == nil {
			return d, true
		}
	}
	return "", false
}

// unprivileged returns how to run a server that refuses to run as root.
func unprivileged(t *testing.T, owned string) *syscall.SysProcAttr {
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	for dir := owned; dir != "/tmp" && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chown(dir, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}

func newPostgres(t *testing.T, w *world) ([]contestant, bool) {
	tools, ok := postgresTools()
	if !ok {
		return nil, false
	}
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	as := unprivileged(t, dir)
	data := filepath.Join(dir, "data")
	run := exec.Command(filepath.Join(tools, "initdb"), "-D", data, "-U", "match", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")
	run.SysProcAttr, run.Dir = as, dir
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	server := exec.Command(filepath.Join(tools, "postgres"), "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off",
		"-c", "shared_buffers=2GB", "-c", "work_mem=256MB", "-c", "maintenance_work_mem=1GB", "-c", "max_wal_size=8GB", "-c", "jit=off")
	server.SysProcAttr, server.Dir = as, dir
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Process.Signal(syscall.SIGINT); server.Wait() })
	p := connect(t, dir)
	p.load(t, w)
	return []contestant{
		{name: "PostgreSQL, GIN", ask: func(q kernel.Query) ([]kernel.Hit, error) { return p.ask(ginQuery(q)) }, slow: true},
		{name: "PostgreSQL, table", ask: func(q kernel.Query) ([]kernel.Hit, error) { return p.ask(tableQuery(q)) }, slow: true},
	}, true
}

// connect waits for the server and opens a psql that stays.
func connect(t *testing.T, dir string) *postgres {
	for range 100 {
		if exec.Command("psql", "-h", dir, "-U", "match", "-d", "postgres", "-c", "select 1").Run() == nil {
			break
		}
		time.Sleep(100 * time.Millisecond) // psql has no way to wait for a server
	}
	client := exec.Command("psql", "-h", dir, "-U", "match", "-d", "postgres", "-qAtX", "-v", "ON_ERROR_STOP=1", "-F", " ")
	client.Stderr = os.Stderr
	in, err := client.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := client.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); client.Wait() })
	return &postgres{in: in, out: bufio.NewReader(out)}
}

func (p *postgres) load(t *testing.T, w *world) {
	b := bufio.NewWriter(p.in)
	fmt.Fprintln(b, "create table learners (id int, s int[]); create table postings (list int, row int);")
	fmt.Fprintln(b, "copy learners from stdin;")
	for _, r := range w.records {
		fmt.Fprintf(b, "%d\t%s\n", r.Row, array(r.Lists, "{", "}"))
	}
	fmt.Fprintln(b, "\\.")
	fmt.Fprintln(b, "copy postings from stdin;")
	for _, r := range w.records {
		for _, l := range r.Lists {
			fmt.Fprintf(b, "%d\t%d\n", l, r.Row)
		}
	}
	fmt.Fprintln(b, "\\.")
	fmt.Fprintln(b, "create index on learners using gin (s); create index on postings (list, row); vacuum analyze;")
	if err := b.Flush(); err != nil {
		t.Fatal(err)
	}
	if _, err := p.ask("select 1, 1;"); err != nil {
		t.Fatal(err)
	}
}

// ask sends a query of two columns, row and sum, and reads up to the end mark.
func (p *postgres) ask(sql string) (hits []kernel.Hit, err error) {
	if _, err := fmt.Fprintf(p.in, "%s\n\\echo end\n", sql); err != nil {
		return nil, err
	}
	for {
		line, err := p.out.ReadString('\n')
		if err != nil {
			return nil, err
		}
		if line == "end\n" {
			return hits, nil
		}
		var h kernel.Hit
		if _, err := fmt.Sscan(line, &h.Row, &h.Score); err != nil {
			return nil, fmt.Errorf("psql says %q: %w", line, err)
		}
		hits = append(hits, h)
	}
}

func array(lists []kernel.List, open, end string) string {
	var b strings.Builder
	for i, l := range lists {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(int(l)))
	}
	return open + b.String() + end
}

func ginQuery(q kernel.Query) string {
	var sums []string
	var lists []kernel.List
	for _, g := range q.Groups {
		lists = append(lists, g[0].List)
		sums = append(sums, fmt.Sprintf("(%d = any(s))::int*%d", g[0].List, g[0].Weight))
	}
	where := "s && " + array(lists, "'{", "}'")
	for _, set := range q.Must {
		where += " and s && " + array(set, "'{", "}'")
	}
	return fmt.Sprintf("select id, %s as sum from learners where %s order by sum desc, id limit %d;", strings.Join(sums, "+"), where, q.K)
}

func tableQuery(q kernel.Query) string {
	var weights []string
	for _, g := range q.Groups {
		weights = append(weights, fmt.Sprintf("(%d,%d)", g[0].List, g[0].Weight))
	}
	where := "true"
	for _, set := range q.Must {
		where += " and exists (select 1 from postings m where m.row = p.row and m.list in " + array(set, "(", ")") + ")"
	}
	return fmt.Sprintf("select p.row, sum(weight) as sum from postings p join (values %s) v(list, weight) using (list) where %s "+
		"group by p.row order by sum desc, p.row limit %d;", strings.Join(weights, ","), where, q.K)
}
