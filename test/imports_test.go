// Package test holds what spans packages: the import rules of the house, and end-to-end scenarios that run in one process and
// split into one process a role.
package test

import (
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// pkg is what 'go list' says of a package; test files do not count.
type pkg struct {
	ImportPath, Name, Doc string
	Imports               []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Name,Doc,Imports", "matchday/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); err == io.EOF {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

// The packages of the house. A new one is a decision: it gets a line here and in docs/architecture.md.
var house = []string{
	"app", "bench/fresh", "bench/match", "bench/spine", "cache", "calendar", "cli", "cmd/matchday", "events", "events/natsd", "hiring", "ingest", "ingest/jobposting", "ingest/native",
	"ingest/table", "interview", "interview/schedule", "matcher", "matcher/kernel", "notify", "records", "sample", "search", "skills", "skills/eval", "test", "vault", "web", "zones",
}

var roles = []string{"ingest", "search", "matcher", "interview", "notify", "web"}

// owners says which package alone may import a big dependency (by prefix of its import path).
var owners = map[string][]string{
	"github.com/nats-io/nats-server/": {"events/natsd"},
	"github.com/nats-io/nats.go":      {"events", "events/natsd"},
	"github.com/blevesearch/":         {"search"},
	"github.com/redis/go-redis/":      {"cache"},
	"github.com/danielgtaylor/huma/":  {"web"},
	"github.com/go-chi/chi/":          {"web"},
	"github.com/alecthomas/kong":      {"cli"},
	"github.com/arran4/golang-ical":   {"calendar"},
}

var vague = regexp.MustCompile(`^(utils?|common|models?|types|helpers?|misc|base|shared)$`)

// brokenRules returns one line for each rule that the packages break.
func brokenRules(list []pkg) (broken []string) {
	say := func(format string, args ...any) { broken = append(broken, fmt.Sprintf(format, args...)) }
	inner := map[string][]string{}
	for _, p := range list {
		name := strings.TrimPrefix(p.ImportPath, "matchday/")
		if !slices.Contains(house, name) {
			say("%s is not one of the packages of the house", name)
		}
		if vague.MatchString(p.Name) {
			say("%s has a name that says nothing", name)
		}
		if name != "test" && !strings.HasPrefix(p.Doc, "Package ") && !strings.HasPrefix(p.Doc, "Command ") {
			say("%s has no package comment", name)
		}
		for _, path := range p.Imports {
			to, ours := strings.CutPrefix(path, "matchday/")
			if ours {
				inner[name] = append(inner[name], to)
			}
			switch {
			case name == "hiring" && (ours || strings.Contains(path, ".")):
				say("hiring imports %s; it may import only the standard library", path)
			case ours && slices.Contains(roles, to) && name != "app" && !ownParts(name, to):
				say("%s imports the role %s; only app may", name, to)
			case ours && to == "app" && name != "cli":
				say("%s imports app; only cli may", name)
			case ours && to == "cli" && name != "cmd/matchday":
				say("%s imports cli; only main may", name)
			}
			for prefix, may := range owners {
				if strings.HasPrefix(path, prefix) && !slices.Contains(may, name) {
					say("%s imports %s, which belongs to %s", name, path, strings.Join(may, ", "))
				}
			}
		}
	}
	// main only hands over to cli, so the count starts there.
	if d := depth(inner, "cli", map[string]bool{}); d > 5 {
		say("imports are %d deep from cli; at most 5 are allowed", d)
	}
	return broken
}

// ownParts reports whether to is a subpackage of the same role.
func ownParts(name, to string) bool { return strings.HasPrefix(name, to+"/") }

// depth counts the longest chain of imports from a package; a cycle, which only a made-up import can close, ends a chain.
func depth(inner map[string][]string, from string, above map[string]bool) int {
	if above[from] {
		return 0
	}
	above[from] = true
	defer delete(above, from)
	deepest := 0
	for _, to := range inner[from] {
		deepest = max(deepest, 1+depth(inner, to, above))
	}
	return deepest
}

func TestImportRules(t *testing.T) {
	for _, rule := range brokenRules(packages(t)) {
		t.Error(rule)
	}
}

// The rules must be able to fail: each forbidden import, added to the real packages, is reported.
func TestImportRulesNotice(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"hiring", "matchday/events", "hiring imports"},
		{"hiring", "github.com/nats-io/nats.go", "hiring imports"},
		{"web", "matchday/matcher", "web imports the role matcher"},
		{"events", "matchday/app", "events imports app"},
		{"matcher", "github.com/blevesearch/bleve/v2", "belongs to search"},
		{"cli", "matchday/ingest", "cli imports the role ingest"},
		{"skills", "matchday/web", "skills imports the role web"},
		{"util", "fmt", "not one of the packages"},
	} {
		list := packages(t)
		at := slices.IndexFunc(list, func(p pkg) bool { return p.ImportPath == "matchday/"+c.from })
		if at < 0 {
			list, at = append(list, pkg{ImportPath: "matchday/" + c.from, Name: c.from, Doc: "Package x"}), len(list)
		}
		list[at].Imports = append(slices.Clone(list[at].Imports), c.to)
		broken := brokenRules(list)
		if !slices.ContainsFunc(broken, func(s string) bool { return strings.Contains(s, c.want) }) {
			t.Errorf("%s importing %s went unnoticed: %v", c.from, c.to, broken)
		}
	}
}
