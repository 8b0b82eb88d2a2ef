package main

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
)

// generate writes n learners as JSON Lines to a temporary file: each completed one to three of the courses, named by title and
// provider, and declares two skills that courses teach. The seed is fixed.
func generate(courses string, n int) (string, error) {
	titles, err := readCourses(courses)
	if err != nil {
		return "", fmt.Errorf("reading the courses: %w", err)
	}
	f, err := os.CreateTemp("", "matchday-learners-*.jsonl")
	if err != nil {
		return "", err
	}
	out := bufio.NewWriter(f)
	lines := json.NewEncoder(out)
	rng := rand.New(rand.NewPCG(7, 7))
	declared := []string{"SQL", "Python", "Java", "project management", "communication", "accounting", "customer service", "data analysis", "negotiation", "Linux"}
	for i := range n {
		var earned []map[string]string
		for range 1 + rng.IntN(3) {
			c := titles[rng.IntN(len(titles))]
			earned = append(earned, map[string]string{"name": c[0], "issuer": c[1], "date": fmt.Sprintf("2026-%02d-15", 1+rng.IntN(10))})
		}
		a, b := rng.IntN(len(declared)), rng.IntN(len(declared))
		skills := []map[string]string{{"name": declared[a], "from": "work"}}
		if b != a {
			skills = append(skills, map[string]string{"name": declared[b]})
		}
		if err := lines.Encode(map[string]any{
			"id": fmt.Sprintf("c-%05d", i+1), "name": fmt.Sprintf("Learner Number %d", i+1),
			"contact": map[string]string{"email": fmt.Sprintf("learner-%d@example.org", i+1)},
			"skills":  skills, "credentials": earned, "place": map[string]string{"name": "Spine"}, "languages": []string{"en"},
		}); err != nil {
			return "", err
		}
	}
	if err := out.Flush(); err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

// readCourses returns title and provider of each course.
func readCourses(path string) ([][2]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		return nil, err
	}
	var list [][2]string
	for _, row := range rows[1:] {
		list = append(list, [2]string{row[0], row[1]})
	}
	return list, nil
}
