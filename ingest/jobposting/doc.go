// Package jobposting turns a schema.org JobPosting (JSON-LD, as employers put it on their pages for search engines) into the native
// form of an opening. It reads the shapes that Google's guide for job postings shows and those met in the wild: values as text,
// objects or lists of either. Properties that mean nothing here are counted and left out; nothing is ever fetched.
//
// What does not map one to one: pay by the day counts 260 days a year, pay by the week 52 weeks, and both become pay by the month; of
// several places the first counts; a description loses its markup, scripts and styles.
//
// Source of the vocabulary: https://schema.org/JobPosting and https://developers.google.com/search/docs/appearance/structured-data/job-posting.
package jobposting
