// Package gorm has the signatures of the library, and none of its code.
package gorm

type DB struct{}

func (db *DB) Where(query any, args ...any) *DB { return nil }

func (db *DB) Raw(sql string, values ...any) *DB { return nil }
