package skills

import "testing"

func TestStemsMeet(t *testing.T) {
	for lang, groups := range map[string][][]string{
		"en": {
			{"manage", "manages", "managed", "managing"}, {"analyse", "analyze", "analysing", "analyzes"}, {"team", "teams"},
			{"policy", "policies"}, {"plan", "planned", "planning"}, {"organisation", "organization", "organizations"},
			{"build", "built", "building"}, {"write", "writing", "written"}, {"lead", "leading", "led"}, {"programme", "programmes"},
			{"flexible", "flexibility"}, {"person", "people"}, {"optimise", "optimize", "optimising"},
		},
		"de": {{"maschine", "maschinen"}, {"bedienen", "bediene"}, {"verwaltung", "verwaltungen"}},
		"nl": {{"machine", "machines"}, {"bakken", "bak"}, {"lopen", "loop"}, {"beheren", "beheerend"}},
		"sv": {{"maskin", "maskiner", "maskinerna"}, {"hantera", "hanterar", "hanterade"}},
		"es": {{"gestionar", "gestiono"}, {"maquina", "maquinas"}},
		"fr": {{"machine", "machines"}, {"gestion", "gestions"}},
	} {
		for _, g := range groups {
			for _, w := range g[1:] {
				if a, b := stem(g[0], lang), stem(w, lang); a != b {
					t.Errorf("%s: %s is %q but %s is %q", lang, g[0], a, w, b)
				}
			}
		}
	}
}

func TestStemsDiffer(t *testing.T) {
	for _, pair := range [][2]string{{"java", "javascript"}, {"news", "new"}, {"cooking", "coding"}} {
		if a, b := stem(pair[0], "en"), stem(pair[1], "en"); a == b {
			t.Errorf("%s and %s are both %q", pair[0], pair[1], a)
		}
	}
	for _, same := range []string{"c++", "c#", ".net", "3d", "r", "go", "日本"} {
		if s := stem(same, "en"); s != same {
			t.Errorf("%s became %q", same, s)
		}
	}
}
