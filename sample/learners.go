package sample

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// lupe is the learner of the story: years on a phone line, a few tools picked up at work, and a certificate about to be finished.
func lupe() any {
	work := func(name string) map[string]any { return map[string]any{"name": name, "from": "work"} }
	return map[string]any{
		"id": "lupe-herrera", "name": "Lupe Herrera", "contact": map[string]any{"email": "lupe.herrera@example.org", "phone": "+1-555-0100"},
		"text":      "Six years on the phones of an airline, the one whom colleagues ask when the printer stops, and who keeps the list of headsets.",
		"skills":    []any{work("Atención al cliente"), work("Complaint handling"), work("Sistemas de tickets"), map[string]any{"name": "Escritorio remoto"}, work("Gestión de activos informáticos"), map[string]any{"name": "Español", "level": 5}, map[string]any{"name": "Inglés", "level": 4}},
		"place":     map[string]any{"name": "Phoenix, AZ", "country": "US", "lat": 33.4484, "lon": -112.0740},
		"languages": []string{"es", "en"}, "modes": []string{"hybrid", "remote"}, "workIn": []string{"US"}, "visible": true,
	}
}

var (
	given    = strings.Fields("Amina Ana Andre Asha Ben Bianca Carlos Chen Chloe Dalia Daniel David Diego Elena Elif Emre Esther Fatima Gabriel Grace Hana Hassan Ines Isaac Jamal Jasmine Jorge Julia Kadir Karim Laila Leon Linh Lucia Luis Mai Malik Maria Marta Maya Mei Mina Mohamed Nadia Nina Noor Omar Oscar Paula Priya Rafael Rosa Ruth Samir Sara Sofia Tariq Teresa Thanh Tomas Viktor Wei Yara Yusuf Zoe")
	family   = strings.Fields("Abebe Aguilar Ahmed Alvarez Baker Barzani Brooks Castillo Chavez Clark Cruz Daniels Diaz Dubois Farah Flores Foster Garcia Gomez Gupta Haddad Hassan Hernandez Ibrahim Jackson Jimenez Johnson Kaya Khan Kim Kovacs Lee Lopez Mahmoud Martin Mendez Mensah Moreno Morgan Mwangi Nguyen Novak Okafor Ortiz Park Patel Perez Petrov Pham Ramirez Reyes Rivera Robinson Rojas Saleh Santos Shah Silva Singh Soto Tesfaye Torres Vargas Walker Wang Wright Yilmaz Young")
	opinions = map[string][]string{
		"en": {"Worked %d years in a warehouse before turning to this field.", "Parent of two, back at work after %d years, learning in the evenings.", "Came to the country %d years ago and is building on experience from home.", "Has %d years behind a counter and likes to keep things in order."},
		"es": {"Trabajó %d años en un almacén antes de cambiar de campo.", "Vuelve al trabajo después de %d años y estudia por las noches.", "Llegó al país hace %d años y aprovecha su experiencia.", "Tiene %d años de experiencia detrás de un mostrador."},
	}
)

// learners generates n learners from a fixed seed. Each aims at one of the roles: they hold some of what it asks for, something
// beside it, and perhaps a certificate that teaches it.
func (s *source) learners(n int) []any {
	rng := rand.New(rand.NewPCG(20260901, 7))
	spanish := map[string]string{}
	for _, k := range s.skills {
		spanish[k.en] = k.es
	}
	list := make([]any, n)
	for i := range list {
		aim := s.roles[s.titles[rng.IntN(len(s.titles))]]
		home := s.employers[s.order[rng.IntN(len(s.order))]]
		lang := "en"
		if rng.IntN(100) < 35 {
			lang = "es"
		}
		first, last := given[rng.IntN(len(given))], family[rng.IntN(len(family))]
		learner := map[string]any{
			"id": fmt.Sprintf("learner-%05d", i+1), "name": first + " " + last,
			"contact": map[string]any{"email": fmt.Sprintf("%s.%s.%d@example.org", strings.ToLower(first), strings.ToLower(last), i+1)},
			"text":    fmt.Sprintf(opinions[lang][rng.IntN(4)], 1+rng.IntN(12)),
			"place":   home.where(), "languages": []string{lang}, "visible": rng.IntN(100) < 92,
			"skills": s.heldBy(rng, aim, lang, spanish),
		}
		if earned := s.earnedBy(rng, aim); earned != nil {
			learner["credentials"] = earned
		}
		list[i] = learner
	}
	return list
}

// heldBy draws skills: about half of what the role asks for, and two of anything.
func (s *source) heldBy(rng *rand.Rand, aim role, lang string, spanish map[string]string) []any {
	var chosen []string
	for _, k := range aim.skills {
		if rng.IntN(100) < 45 {
			chosen = append(chosen, k.Name)
		}
	}
	for range 2 {
		if k := s.skills[rng.IntN(len(s.skills))].en; !slices.Contains(chosen, k) {
			chosen = append(chosen, k)
		}
	}
	list := make([]any, 0, len(chosen))
	for _, name := range chosen {
		if lang == "es" {
			name = spanish[name]
		}
		held := map[string]any{"name": name}
		if rng.IntN(2) == 0 {
			held["from"] = "work"
		}
		if rng.IntN(3) == 0 {
			held["level"] = 1 + rng.IntN(4)
		}
		list = append(list, held)
	}
	return list
}

// earnedBy draws, for six learners in ten, the certificate that teaches most of the role, or any.
func (s *source) earnedBy(rng *rand.Rand, aim role) []any {
	if rng.IntN(10) >= 6 {
		return nil
	}
	best, most := s.teaches[rng.IntN(len(s.teaches))].id, 0
	if rng.IntN(5) > 0 {
		for _, p := range s.teaches {
			shared := 0
			for _, k := range aim.skills {
				if slices.Contains(p.skills, k.Name) {
					shared++
				}
			}
			if shared > most {
				best, most = p.id, shared
			}
		}
	}
	return []any{map[string]any{"programme": best, "date": fmt.Sprintf("2026-%02d-%02d", 1+rng.IntN(10), 1+rng.IntN(28))}}
}
