// Package kernel finds, among millions of rows that stand in lists, the few whose weights over the lists of a query sum up highest.
package kernel
