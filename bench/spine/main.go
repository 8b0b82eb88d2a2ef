// Command spine runs Matchday's main job on real input with the built binary, step by step, and prints the time and peak memory of
// each: ESCO, 4,000 openings from a spreadsheet, 1,008 courses, 10,000 learners generated from completions of those courses, every
// opening ranked, searches, and one interview day with its seats filled.
//
// It reads ../shared/data (or -data DIR) and says so when that is absent. Every figure is of this machine at this time: the time of an
// fsync is printed beside them.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

func main() {
	data := flag.String("data", "../shared/data", "folder of the real data")
	learners := flag.Int("learners", 10_000, "learners to generate")
	flag.Parse()
	if err := bench(*data, *learners); err != nil {
		fmt.Fprintln(os.Stderr, "bench-spine:", err)
		os.Exit(1)
	}
}

// runner knows the binary and the folders of one run.
type runner struct {
	binary, data, dir string
}

func bench(data string, learners int) error {
	if _, err := os.Stat(filepath.Join(data, "esco-1.1.1")); err != nil {
		return fmt.Errorf("the real data is not at %s; name its folder with -data: %w", data, err)
	}
	dir, err := os.MkdirTemp("", "matchday-spine-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	r := &runner{binary: filepath.Join(dir, "matchday"), data: filepath.Join(dir, "data"), dir: dir}
	if out, err := exec.Command("go", "build", "-o", r.binary, "./cmd/matchday").CombinedOutput(); err != nil {
		return fmt.Errorf("building: %w\n%s", err, out)
	}
	fmt.Printf("fsync of 1 kB on this disk: %v (median of 200)\n\n", fsync(dir))
	fmt.Printf("%-34s %8s %9s  %s\n", "step", "time", "peak", "result")
	courses := filepath.Join(data, "courses", "coursera_courses_clean.csv.gz")
	for _, s := range []struct {
		name string
		args []string
	}{
		{"skills import esco", []string{"skills", "import", "esco", filepath.Join(data, "esco-1.1.1")}},
		{"import openings (naukri)", []string{"import", "openings", filepath.Join(data, "postings", "naukri_jobs.csv.gz"), "--map", "Job_Role=title", "--map", "Company=employer", "--map", "Location=place.name", "--map", "Skills/Description=skills"}},
		{"import programmes (coursera)", []string{"import", "programmes", courses, "--map", "Title=name", "--map", "Organization=provider", "--map", "Skills=skills", "--map", "Duration=months"}},
	} {
		if err := r.step(s.name, s.args...); err != nil {
			return err
		}
	}
	lines, err := generate(courses, learners)
	if err != nil {
		return err
	}
	if err := r.visibility(lines); err != nil {
		return err
	}
	for _, s := range []struct {
		name string
		args []string
	}{
		{"import learners again", []string{"import", "learners", lines}},
		{"match --all --limit 10 --explain", []string{"match", "--all", "--limit", "10", "--explain"}},
		{"search learners", []string{"search", "learners", `skill:"SQL" -skill:"Java"`, "--limit", "20"}},
		{"search openings", []string{"search", "openings", `python place:"Bangalore"`, "--limit", "20"}},
	} {
		if err := r.step(s.name, s.args...); err != nil {
			return err
		}
	}
	return r.day()
}

// fsync returns the median time of a small synced write.
func fsync(dir string) time.Duration {
	f, err := os.Create(filepath.Join(dir, "fsync"))
	if err != nil {
		return 0
	}
	defer f.Close()
	times := make([]time.Duration, 0, 200)
	for range cap(times) {
		start := time.Now()
		_, _ = f.Write(make([]byte, 1024))
		_ = f.Sync()
		times = append(times, time.Since(start))
	}
	return median(times)
}

// step runs one command on the data folder, embedded, and prints what it took.
func (r *runner) step(name string, args ...string) error {
	cmd := exec.Command(r.binary, append(args, "--data", r.data)...)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	start := time.Now()
	err := cmd.Run()
	took := time.Since(start)
	if code := cmd.ProcessState.ExitCode(); err != nil && code != 3 {
		return fmt.Errorf("%s: %w\n%s", name, err, problems.Bytes())
	}
	result := out.String()
	if n := strings.Count(result, "\n"); n > 1 {
		result = fmt.Sprintf("%d lines, %.1f MB", n, float64(out.Len())/1e6)
	} else if len(result) > 110 {
		result = result[:110] + "…"
	}
	show(name, took, peak(cmd), strings.TrimSpace(result))
	return nil
}

func show(name string, took time.Duration, memory int64, result string) {
	fmt.Printf("%-34s %7.2fs %6.0f MB  %s\n", name, took.Seconds(), float64(memory)/1e6, result)
}

// peak is the largest resident size of a finished process, in bytes.
func peak(cmd *exec.Cmd) int64 {
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return usage.Maxrss * 1024 // Linux counts in kB
}

// visibility imports the learners into a running server and measures how fast they are acknowledged and how soon after its
// acknowledgement a learner is found and ranked.
func (r *runner) visibility(lines string) error {
	s, err := r.serve()
	if err != nil {
		return err
	}
	all, err := os.ReadFile(lines)
	if err != nil {
		return err
	}
	n := bytes.Count(all, []byte("\n"))
	start := time.Now()
	var sum struct {
		Accepted, Rejected int
		Position           uint64
	}
	if err := s.ask("POST", "/v1/imports/learners", all, &sum); err != nil {
		return err
	}
	acknowledged := time.Since(start)
	found, err := s.until(fmt.Sprintf("/v1/search/learners?limit=1&q=%s", url.QueryEscape(`place:"Spine"`)), 20*time.Millisecond, func(b []byte) bool {
		var a struct{ Total int }
		return json.Unmarshal(b, &a) == nil && a.Total >= n
	})
	if err != nil {
		return fmt.Errorf("waiting for the index: %w", err)
	}
	ranked, err := s.until(fmt.Sprintf("/v1/learners/c-%05d/matches?limit=1&after=%d", n, sum.Position), 20*time.Millisecond, func(b []byte) bool { return bytes.Contains(b, []byte(`"score"`)) })
	if err != nil {
		return fmt.Errorf("waiting for the matcher: %w", err)
	}
	memory, err := s.stop()
	if err != nil {
		return err
	}
	show("import learners, served", acknowledged, memory, fmt.Sprintf("%d accepted, %.0f a second on disk; last one found %.2f s, ranked %.2f s after",
		sum.Accepted, float64(sum.Accepted)/acknowledged.Seconds(), found.Seconds(), ranked.Seconds()))
	return r.single()
}

// single measures, on a quiet server, how long after its acknowledgement one new learner is found and ranked.
func (r *runner) single() error {
	s, err := r.serve()
	if err != nil {
		return err
	}
	var found, ranked []time.Duration
	for i := range 50 {
		town := "Solo" + string(rune('a'+i/10)) + string(rune('a'+i%10)) // letters: numbers of places are not told
		line := fmt.Sprintf(`{"id":"one-%02d","skills":[{"name":"SQL"}],"place":{"name":%q}}`, i, town)
		var sum struct{ Position uint64 }
		if err := s.ask("POST", "/v1/imports/learners", []byte(line+"\n"), &sum); err != nil {
			return err
		}
		f, err := s.until("/v1/search/learners?q=place:"+town, time.Millisecond, func(b []byte) bool { return bytes.Contains(b, []byte(`"total":1`)) })
		if err != nil {
			return err
		}
		m, err := s.until(fmt.Sprintf("/v1/learners/one-%02d/matches?limit=1", i), time.Millisecond, func(b []byte) bool { return bytes.Contains(b, []byte(`"score"`)) })
		if err != nil {
			return err
		}
		found, ranked = append(found, f), append(ranked, m)
	}
	memory, err := s.stop()
	if err != nil {
		return err
	}
	show("one learner at a time, 50 times", 0, memory, fmt.Sprintf("found %v, ranked %v after the acknowledgement (medians)", median(found).Round(time.Millisecond), median(ranked).Round(time.Millisecond)))
	return nil
}

// payable states the pay of an opening whose source does not disclose it: nobody is invited before.
func (s *server) payable(path string) error {
	var opening map[string]any
	if err := s.ask("GET", path, nil, &opening); err != nil {
		return err
	}
	opening["pay"] = map[string]any{"min": 300_000, "max": 600_000, "currency": "INR", "per": "year"}
	b, err := json.Marshal(opening)
	if err != nil {
		return fmt.Errorf("encoding the opening: %w", err)
	}
	return s.ask("PUT", path, b, nil)
}

// day opens an interview day for the employer of an opening and accepts until its 20 seats are taken.
func (r *runner) day() error {
	s, err := r.serve()
	if err != nil {
		return err
	}
	start := time.Now()
	var opening struct{ ID, Employer string }
	if err := s.ask("GET", "/v1/openings/1", nil, &opening); err != nil {
		return err
	}
	if err := s.payable("/v1/openings/1"); err != nil {
		return err
	}
	plan, err := json.Marshal(map[string]any{
		"id": "spine/day", "employer": opening.Employer, "title": "Spine day", "zone": "Asia/Kolkata", "openings": []string{"1"}, "bar": 0.01,
		"run": map[string]any{"start": "2035-03-05T09:00", "minutes": 30, "count": 10, "seats": 2},
	})
	if err != nil {
		return err
	}
	var opened struct{ Sent int }
	for _, c := range []struct {
		method, path string
		body         []byte
	}{{"PUT", "/v1/days/spine%2Fday", plan}, {"POST", "/v1/days/spine%2Fday/open", []byte("{}")}} {
		if err := s.ask(c.method, c.path, c.body, &opened); err != nil {
			return err
		}
	}
	var list struct {
		Invitations []struct{ Ref, Status string }
	}
	if err := s.ask("GET", "/v1/days/spine%2Fday/invitations", nil, &list); err != nil {
		return err
	}
	for _, i := range list.Invitations {
		if err := s.ask("POST", "/v1/invitations/"+i.Ref+"/accept", []byte("{}"), nil); err != nil {
			return err
		}
	}
	var after struct {
		Slots []struct{ Seats, Free int }
	}
	if err := s.ask("GET", "/v1/days/spine%2Fday", nil, &after); err != nil {
		return err
	}
	free := 0
	for _, slot := range after.Slots {
		free += slot.Free
	}
	took := time.Since(start)
	memory, err := s.stop()
	if err != nil {
		return err
	}
	show("interview day", took, memory, fmt.Sprintf("%d invited, %d accepted, %d of 20 seats free", opened.Sent, len(list.Invitations), free))
	return nil
}

func median(list []time.Duration) time.Duration {
	sorted := append([]time.Duration(nil), list...)
	for i := range sorted {
		for j := i; j > 0 && sorted[j] < sorted[j-1]; j-- {
			sorted[j], sorted[j-1] = sorted[j-1], sorted[j]
		}
	}
	return sorted[len(sorted)/2]
}

// server is a running Matchday.
type server struct {
	cmd   *exec.Cmd
	url   string
	token string
}

// serve starts a server on the data folder and waits until it is ready, which it prints.
func (r *runner) serve() (*server, error) {
	cmd := exec.Command(r.binary, "serve", "--data", r.data, "--listen", "127.0.0.1:0", "--mail-dir", filepath.Join(r.dir, "mail"))
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	said := make([]byte, 4096)
	n, err := stderr.Read(said)
	if err != nil {
		return nil, fmt.Errorf("the server said nothing: %w", err)
	}
	_, rest, _ := strings.Cut(string(said[:n]), "serves ")
	address, _, _ := strings.Cut(rest, " ")
	go func() { _, _ = io.Copy(io.Discard, stderr) }()
	token, err := exec.Command(r.binary, "token", "bootstrap", "--data", r.data).Output()
	if err != nil {
		return nil, fmt.Errorf("the operator's token: %w", err)
	}
	s := &server{cmd: cmd, url: address, token: strings.TrimSpace(string(token))}
	if address == "" {
		return nil, fmt.Errorf("the server said %q", said[:n])
	}
	fmt.Printf("%-34s %7.2fs\n", "  start until ready", time.Since(start).Seconds())
	return s, nil
}

// stop ends the server and returns its peak memory.
func (s *server) stop() (int64, error) {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return 0, err
	}
	if err := s.cmd.Wait(); err != nil {
		return 0, fmt.Errorf("the server ended: %w", err)
	}
	return peak(s.cmd), nil
}

// ask sends one request and decodes the answer into v.
func (s *server) ask(method, path string, body []byte, v any) error {
	req, err := http.NewRequest(method, s.url+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	req.Header.Set("Content-Type", "application/json")
	if strings.Contains(path, "/imports/") {
		req.Header.Set("Content-Type", "application/x-ndjson")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s %s", method, path, resp.Status, b)
	}
	if raw, ok := v.(*json.RawMessage); ok {
		*raw = b
		return nil
	}
	if v == nil {
		return nil
	}
	return json.Unmarshal(b, v)
}

// until asks again and again until the answer is as wanted, and returns how long that took, to the pause between two questions.
func (s *server) until(path string, every time.Duration, wanted func([]byte) bool) (time.Duration, error) {
	start := time.Now()
	for time.Since(start) < 2*time.Minute {
		var b json.RawMessage
		if err := s.ask("GET", path, nil, &b); err == nil && wanted(b) {
			return time.Since(start), nil
		}
		time.Sleep(every)
	}
	return 0, fmt.Errorf("%s did not come true in two minutes", path)
}
