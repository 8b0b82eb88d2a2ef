package cli

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"

	"matchday/app"
)

// compose is what matters here of docker-compose.yml.
type compose struct {
	Services map[string]struct {
		Image       string
		Command     []string
		Environment map[string]string
	}
}

var variable = regexp.MustCompile(`\$\{([A-Z_]+)[^}]*\}`)

// Every service that runs this binary has a command line and an environment that parse, each role runs once, and what a role
// needs to meet the others is set.
func TestComposeParses(t *testing.T) {
	b, err := os.ReadFile("../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	var c compose
	if err := yaml.Unmarshal(b, &c); err != nil {
		t.Fatal(err)
	}
	var roles []string
	for name, service := range c.Services {
		if service.Image != "matchday" {
			continue
		}
		for key, value := range service.Environment {
			t.Setenv(key, variable.ReplaceAllString(value, "filled"))
		}
		var g grammar
		parser, err := kong.New(&g, kong.Name("matchday"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parser.Parse(service.Command); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(g.Serve.Roles) != 1 || g.Serve.Roles[0] != name {
			t.Errorf("%s runs %v", name, g.Serve.Roles)
		}
		if g.Serve.NATS == "" || g.Serve.NATSUser == "" || g.Serve.NATSPassword != "filled" || g.Serve.Secrets == "" {
			t.Errorf("%s lacks the broker, its password or the secrets: %+v", name, g.Serve)
		}
		if name == app.Web && (!strings.HasPrefix(g.Serve.Redis, "redis://") || g.Serve.BaseURL == "") {
			t.Errorf("web lacks Redis or the address that people use: %+v", g.Serve)
		}
		roles = append(roles, g.Serve.Roles...)
	}
	slices.Sort(roles)
	want := slices.Sorted(slices.Values(app.Roles))
	if !slices.Equal(roles, want) {
		t.Errorf("the services run %v, want each of %v once", roles, want)
	}
}

// Every variable that the compose file wants is explained in .env.example.
func TestComposeVariablesAreExplained(t *testing.T) {
	file, err := os.ReadFile("../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range variable.FindAllStringSubmatch(string(file), -1) {
		if !strings.Contains(string(example), m[1]) {
			t.Errorf("%s is not explained in .env.example", m[1])
		}
	}
}
