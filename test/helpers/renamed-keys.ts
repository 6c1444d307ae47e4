/** Copies of a value, each with one key of an object renamed, with the path of that key: what a schema without other fields refuses. */
export function* renamedKeys(value: unknown, path = ''): Generator<readonly [string, unknown]> {
  if (Array.isArray(value)) {
    for (const [i, one] of value.entries()) {
      for (const [at, changed] of renamedKeys(one, `${path}/${i}`)) yield [at, value.with(i, changed)]
    }
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    for (const [i, [key, inner]] of entries.entries()) {
      yield [`${path}/${key}`, Object.fromEntries(entries.with(i, [`${key}Misspelled`, inner]))]
      for (const [at, changed] of renamedKeys(inner, `${path}/${key}`)) {
        yield [at, Object.fromEntries(entries.with(i, [key, changed]))]
      }
    }
  }
}
