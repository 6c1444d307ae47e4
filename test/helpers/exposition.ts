/** A sample as a reader of the text format of Prometheus (version 0.0.4) sees it. */
export interface ReadSample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
  /** Name and type of its family. */
  readonly family: string
  readonly type: string
}

/**
 * Reads the text format character by character, as its specification says, and shares no code with the writer. Throws at the first mistake:
 * a sample outside its family, a family or a series twice, a value that is no finite number.
 */
export function readExposition(text: string): readonly ReadSample[] {
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line has no end')
  const samples: ReadSample[] = []
  const [families, series] = [new Map<string, string>(), new Set<string>()]
  let family = ''
  for (const line of text.split('\n').slice(0, -1)) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/u.exec(line) ?? []
    if (keyword === 'HELP') {
      if (families.has(name)) throw new Error(`${name} is there twice`)
      family = name
    } else if (keyword === 'TYPE') {
      if (name !== family) throw new Error(`the type of ${name} is within ${family}`)
      families.set(name, rest)
    } else if (line !== '') {
      const sample = readSample(line)
      const type = families.get(family)
      const own = type === 'histogram' ? [`${family}_bucket`, `${family}_sum`, `${family}_count`] : [family]
      if (type === undefined || !own.includes(sample.name)) throw new Error(`${line} is within ${family}`)
      const key = seriesKey(sample)
      if (series.has(key)) throw new Error(`${key} is there twice`)
      series.add(key)
      samples.push({ ...sample, family, type })
    }
  }
  return samples
}

/** Name and sorted labels of a series. */
export function seriesKey({ name, labels }: Pick<ReadSample, 'name' | 'labels'>): string {
  return JSON.stringify([name, Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1))])
}

function readSample(line: string): Pick<ReadSample, 'name' | 'labels' | 'value'> {
  const [name = ''] = /^[a-zA-Z_:][a-zA-Z0-9_:]*/u.exec(line) ?? []
  const labels: Record<string, string> = {}
  let at = name.length
  if (line[at] === '{') {
    do {
      at += 1
      const [, label = ''] = /^([a-zA-Z_][a-zA-Z0-9_]*)="/u.exec(line.slice(at)) ?? []
      if (label === '' || Object.hasOwn(labels, label)) throw new Error(`no label at ${at} of ${line}`)
      at += label.length + 2
      let value = ''
      for (; line[at] !== '"'; at++) {
        if (line[at] === undefined) throw new Error(`no end of ${label} in ${line}`)
        if (line[at] === '\\') value += { '\\': '\\', '"': '"', n: '\n' }[line[(at += 1)] ?? ''] ?? '?'
        else value += line[at] ?? ''
      }
      labels[label] = value
      at += 1
    } while (line[at] === ',')
    if (line[at] !== '}') throw new Error(`no end of labels in ${line}`)
    at += 1
  }
  if (name === '' || !/^ -?\d+(?:\.\d+)?(?:e[+-]\d+)?$/u.test(line.slice(at))) throw new Error(`no value in ${line}`)
  return { name, labels, value: Number(line.slice(at)) }
}
