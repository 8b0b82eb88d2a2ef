package skills

import "strings"

// functionWords are frequent words of a language that few others share.
var functionWords = [...]struct{ lang, words string }{
	{"en", " the and of to in for with you your our are is we will on as be this have that or an from at by work "},
	{"de", " der die das und mit fur sie wir ist sind im zu den von auf eine einen ein ihre als bei oder nicht haben werden zur zum unser unsere "},
	{"nl", " het een van en met voor je jij wij zijn bent de op aan als bij onze jouw niet hebt naar deze ook werken "},
	{"sv", " och att som med for du vi ar av till en ett pa det har din kan vara eller inom hos vara dig oss samt "},
	{"es", " el la los las de y en con para una un del que se su por como al nuestro nuestra es tu tus experiencia "},
	{"fr", " le la les des et en avec pour une un du que vous nous dans sur est votre notre au aux vos ou par qui "},
}

// guessed is how many words of a text are looked at to guess its language.
const guessedWords = 400

// guess returns the language whose function words stand most often among tokens, "" when none does or two do as often.
func guess(tokens []token) string {
	var count [len(functionWords)]int
	for _, t := range tokens[:min(len(tokens), guessedWords)] {
		word := " " + t.word + " "
		for i := range functionWords {
			if strings.Contains(functionWords[i].words, word) {
				count[i]++
			}
		}
	}
	best, second := 0, -1
	for i := 1; i < len(count); i++ {
		if count[i] > count[best] {
			best, second = i, best
		} else if second < 0 || count[i] > count[second] {
			second = i
		}
	}
	if count[best] == 0 || count[best] == count[second] {
		return ""
	}
	return functionWords[best].lang
}
