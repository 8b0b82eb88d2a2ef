package skills

import (
	"compress/gzip"
	"encoding/csv"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// fourLanguages is the map of ESCO with labels in four languages and O*NET, as an installation would hold it.
func fourLanguages(b testing.TB) *Map {
	f, err := realData(b).Open("esco-labels/esco_skill_labels_en_de_nl_sv.tsv.gz")
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	labels := gather(func(emit func(Concept) error) (Counts, error) { return ReadLabels(f, emit) })
	if labels.err != nil {
		b.Fatal(labels.err)
	}
	return NewMap(WithCurated([]Release{
		{"esco", "1.1.1", realESCO().concepts}, {"onet", "29.3", realONET().concepts}, {"esco-labels", "1.1.1", labels.concepts},
	})...)
}

// realPostings is the text of all Google postings.
func realPostings(b testing.TB) []string {
	f, err := os.Open("../../shared/data/postings/google_jobs.csv.gz")
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	plain, err := gzip.NewReader(f)
	if err != nil {
		b.Fatal(err)
	}
	rows, err := csv.NewReader(plain).ReadAll()
	if err != nil {
		b.Fatal(err)
	}
	var texts []string
	for _, r := range rows[1:] {
		texts = append(texts, strings.Join(r[4:], "\n"))
	}
	return texts
}

// processor returns the time that this thread has had of a processor. On a busy machine it says more than the clock.
func processor() time.Duration {
	const thread = 3 // CLOCK_THREAD_CPUTIME_ID
	var t syscall.Timespec
	if _, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, thread, uintptr(unsafe.Pointer(&t)), 0); errno != 0 {
		panic(errno)
	}
	return time.Duration(t.Nano())
}

// mostSlower is how much longer than ordinary text the worst text may take, a byte.
const mostSlower = 25

// A megabyte of anything stays in bounds and about as fast as ordinary text, in time of this thread: what is not linear would take thousands
// of times as long.
func TestTagHugeTexts(t *testing.T) {
	m := trades()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	took := func(piece string) time.Duration {
		text := strings.Repeat(piece, 1<<20/len(piece))
		start := processor()
		tags := m.Tag(text, "en")
		end := processor()
		checkTags(t, text, tags)
		return end - start
	}
	ordinary := max(took("You will manage staff in Berlin, and you know Java or C# well. "), 10*time.Millisecond)
	for _, piece := range []string{
		"a", " ", "👩‍💻", "e\u0301\u0301\u0301", "\u0301", "manage ", "staff and ", "C#", ".net", "manage staff\n", "+", "\xff", "'s", "and ", "weld and ", "no ", "ß", "1.",
	} {
		if d := took(piece); d > mostSlower*ordinary {
			t.Errorf("a megabyte of %q takes %v, of ordinary text %v", piece, d, ordinary)
		}
	}
}

// BenchmarkTag tags the Google postings; MB/cpu-s is megabytes of text in a second of one processor.
func BenchmarkTag(b *testing.B) {
	m, texts := fourLanguages(b), realPostings(b)
	m.Tag("warm up", "en")
	size := 0
	for _, t := range texts {
		size += len(t)
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	b.ReportAllocs()
	start, rounds := processor(), 0
	for b.Loop() {
		for _, t := range texts {
			m.Tag(t, "en")
		}
		rounds++
	}
	b.ReportMetric(float64(size*rounds)/1e6/(processor()-start).Seconds(), "MB/cpu-s")
}

// BenchmarkResolveNear resolves what is no label: every tenth ESCO name with a word left out or a letter wrong.
func BenchmarkResolveNear(b *testing.B) {
	m := fourLanguages(b)
	var names []string
	for i, c := range realESCO().concepts {
		if words := strings.Fields(c.Name); i%10 == 0 && len(words) > 1 {
			words[0] = words[0][:len(words[0])-1] + "x"
			names = append(names, strings.Join(words, " "), strings.Join(words[1:], " "))
		}
	}
	m.Resolve("warm up", "en", 5)
	took := make([]time.Duration, 0, 1<<16)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		start := processor()
		m.Resolve(names[i%len(names)], "en", 5)
		took = append(took, processor()-start)
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

// BenchmarkLexicon makes the lexicons of four languages; MB-kept is what they hold in memory.
func BenchmarkLexicon(b *testing.B) {
	m := fourLanguages(b)
	for _, lang := range []string{"en", "de", "nl", "sv"} {
		b.Run(lang, func(b *testing.B) {
			before := heap()
			var l *lexicon
			for b.Loop() {
				l = newLexicon(m, m.lang(lang))
				l.spelling()
			}
			b.ReportMetric((heap()-before)/(1<<20), "MB-kept")
			runtime.KeepAlive(l)
		})
	}
}

// BenchmarkOpenKept opens ESCO, O*NET and labels in four languages as a process does at its second start; cpu-ms is time of one processor,
// MB-file the size of the file.
func BenchmarkOpenKept(b *testing.B) {
	packed := fourLanguages(b).pack(digest)
	file := filepath.Join(b.TempDir(), mapFile)
	if err := os.WriteFile(file, packed, 0o600); err != nil {
		b.Fatal(err)
	}
	k := keeping{filepath.Dir(file), slog.New(slog.DiscardHandler)}
	before := heap()
	var m *Map
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	start, rounds := processor(), 0
	for b.Loop() {
		if m = k.read(digest); m == nil {
			b.Fatal("it was refused")
		}
		rounds++
	}
	b.ReportMetric(float64((processor()-start).Milliseconds())/float64(rounds), "cpu-ms")
	b.ReportMetric(float64(len(packed))/(1<<20), "MB-file")
	b.ReportMetric((heap()-before)/(1<<20), "MB-kept")
	runtime.KeepAlive(m)
}
