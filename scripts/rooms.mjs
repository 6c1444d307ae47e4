// The table of the rooms of src and of who may import whom. `npm run rooms` writes the import rules of the linter (oxlint.rooms.json) from
// it, and from the imports themselves the picture in docs/architecture.md.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The rooms by floor, the lowest first. A room imports from lower floors only. */
export const FLOORS = [
  ['base'],
  ['wire'],
  ['facts'],
  ['ledger', 'machines'],
  ['verdict', 'engine'],
  ['report', 'stream', 'http', 'options'],
  ['runs'],
  ['jobs', 'lab'],
  ['cli'],
]
const ROOMS = FLOORS.flat()
/** Lower rooms that a room must not import either: a verdict needs no engine, and an engine does not judge. */
const APART = {
  verdict: ['machines'],
  engine: ['ledger'],
  report: ['machines', 'engine'],
  stream: ['facts', 'ledger', 'machines', 'verdict'],
  http: ['wire', 'facts', 'ledger', 'machines', 'verdict'],
  runs: ['report'],
  jobs: ['report'],
  lab: ['report'],
}
/** Rooms without input and output, clocks and chance. They get what they need as parameters. */
export const PURE = ['base', 'wire', 'facts', 'ledger', 'verdict', 'machines', 'report', 'schema']
const WORLD =
  'Buffer Date console crypto globalThis performance process queueMicrotask setImmediate setInterval setTimeout'.split(
    ' ',
  )
/** Rooms that validate documents. The others use only the types of the schema, so that zod is not loaded with them. */
const CHECKS_DOCUMENTS = ['runs', 'jobs', 'cli']
/** Folders of the kernel engine, and which of the others each imports. */
const KERNEL = {
  system: [],
  wasm: ['system'],
  socket: ['system'],
  loop: ['system'],
  trial: ['system', 'socket'],
  server: ['system', 'socket', 'loop', 'wasm'],
  prober: ['system', 'socket', 'loop', 'trial', 'wasm'],
  monitor: ['system', 'socket', 'loop'],
}
/** The same for rooms with ordered folders. Files outside the folders are free. */
const FOLDERS = {
  cli: {
    output: [],
    progress: ['output'],
    web: [],
    commands: ['output', 'progress', 'web'],
  },
  verdict: {
    figures: [],
    relay: [],
    expect: ['figures'],
    search: ['expect'],
    query: ['expect'],
    suite: ['expect', 'search', 'query'],
    compare: ['suite'],
    diagnosis: ['figures', 'search'],
  },
  report: {
    manual: [],
    text: [],
    result: ['text'],
    terminal: ['text', 'result'],
    formats: ['text', 'result'],
    html: ['text', 'result', 'formats'],
    screen: ['text', 'result'],
    live: ['text', 'result', 'html'],
  },
}

const LOOK_DOWN = 'A room imports from lower rooms only (docs/architecture.md).'
const NO_WORLD = 'A pure room takes it as a parameter (docs/architecture.md).'
const FOLDER = 'This is the inside of another folder (docs/architecture.md).'
const DOOR = 'The door to an engine is a file directly in src/engine (docs/architecture.md).'

/** Whether a file of one room may import from another. */
export function mayImport(room, other) {
  return room === other || (floorOf(other) < floorOf(room) && APART[room]?.includes(other) !== true)
}

function floorOf(room) {
  return FLOORS.findIndex(rooms => rooms.includes(room))
}

/** The imports that are forbidden in a room, as patterns of `no-restricted-imports`. Only the last override that matches a file applies. */
function patternsOf(room) {
  const forbidden = ROOMS.filter(other => !mayImport(room, other))
  return [
    ...(forbidden.length > 0 ? [{ regex: `^(?:\\.\\./)+(?:${forbidden.join('|')})/`, message: LOOK_DOWN }] : []),
    { regex: '^(?:\\.\\./)+(?:(?:index|vitest|wire)\\.ts$|(?:bench|scripts|test)/)', message: LOOK_DOWN },
    ...(room !== 'engine' && mayImport(room, 'engine') ? [{ regex: '^(?:\\.\\./)+engine/[^/]+/', message: DOOR }] : []),
    ...(CHECKS_DOCUMENTS.includes(room)
      ? []
      : [
          {
            regex: '^(?:\\.\\./)+schema/',
            allowTypeImports: true,
            message: 'This room uses types of the schema only.',
          },
        ]),
    ...(PURE.includes(room)
      ? [{ regex: '^zod(?:/|$)', allowTypeImports: true, message: 'A pure room uses types of zod only.' }]
      : []),
    ...(room === 'cli' ? [] : [{ regex: '^commander$', message: 'Only cli imports commander.' }]),
  ]
}

function imports(files, patterns) {
  return { files: [files], rules: { 'eslint/no-restricted-imports': ['error', { patterns }] } }
}

/** The text of the linter's rules for the rooms, one override per line. */
export function lintRules() {
  const engine = patternsOf('engine')
  const kernel = [...engine, { regex: '^(?:\\.\\./)+dgram/', message: FOLDER }]
  const kernelFolders = Object.entries(KERNEL).map(([folder, lower]) => {
    const forbidden = Object.keys(KERNEL).filter(other => other !== folder && !lower.includes(other))
    const regex = `^\\.\\./(?:${forbidden.join('|')})/`
    return imports(`src/engine/kernel/${folder}/**`, [...kernel, { regex, message: FOLDER }])
  })
  const folders = Object.entries(FOLDERS).flatMap(([room, order]) =>
    Object.entries(order).map(([folder, lower]) => {
      const forbidden = Object.keys(order).filter(other => other !== folder && !lower.includes(other))
      const regex = `^(?:\\.\\./)+(?:${forbidden.join('|')})/`
      return imports(`src/${room}/${folder}/**`, [...patternsOf(room), { regex, message: FOLDER }])
    }),
  )
  const jobDoors = [
    '!../{mtu,sweep}/{options,plan,run}.ts',
    '!../engines/survey.ts',
    '!../monitor/*.ts',
    '!../discovery/*.ts',
  ]
  const overrides = [
    ...ROOMS.map(room => imports(`src/${room}/**`, patternsOf(room))),
    imports('src/engine/dgram/**', [...engine, { regex: '^\\.\\./kernel/', message: FOLDER }]),
    ...kernelFolders,
    ...folders,
    imports('src/runs/*/*', [...patternsOf('runs'), { group: ['../[a-z]*/**'], message: FOLDER }]),
    imports('src/jobs/*/*', [...patternsOf('jobs'), { group: ['../[a-z]*/**', ...jobDoors], message: FOLDER }]),
    imports('src/schema/**', [
      { regex: '^\\.\\./', message: LOOK_DOWN },
      { group: ['[@a-z]*', '!zod', '!./*'], message: 'The schema imports zod only.' },
    ]),
    imports('src/*.ts', [
      { regex: '^\\./cli/', message: LOOK_DOWN },
      { regex: '^commander$', message: LOOK_DOWN },
    ]),
  ]
  const world = {
    'import/no-nodejs-modules': 'error',
    'eslint/no-restricted-globals': ['error', ...WORLD.map(name => ({ name, message: NO_WORLD }))],
    'eslint/no-restricted-properties': ['error', { object: 'Math', property: 'random', message: NO_WORLD }],
  }
  overrides.push({ files: PURE.map(room => `src/${room}/**`), rules: world })
  // A page that follows a monitor has the clock and the timers of its browser.
  overrides.push({ files: ['src/report/live/browser/**'], rules: { 'eslint/no-restricted-globals': 'off' } })
  return `{ "overrides": [\n${overrides.map(override => JSON.stringify(override)).join(',\n')}\n] }\n`
}

/** The rooms that each room imports from, types included. */
function importsByRoom() {
  const found = new Map([...ROOMS.toReversed(), 'schema'].map(room => [room, new Set()]))
  for (const name of readdirSync(`${root}src`, { recursive: true }).map(path => path.replaceAll('\\', '/'))) {
    const others = found.get(name.split('/')[0])
    if (others === undefined || !name.endsWith('.ts')) continue
    const text = readFileSync(`${root}src/${name}`, 'utf8')
    for (const [, path] of text.matchAll(/\b(?:from |import |import\()'(\.[^']+)'/g)) {
      others.add(new URL(path, `file:///${name}`).pathname.split('/')[1])
    }
  }
  for (const [room, others] of found)
    found.set(room, new Set([...found.keys()].filter(o => o !== room && others.has(o))))
  return found
}

/** The rooms as a Mermaid flowchart, and a table of all imports between them. */
export function drawRooms() {
  const found = importsByRoom()
  const reaches = (from, to) => [...found.get(from)].some(next => next === to || reaches(next, to))
  const arrows = [...found].flatMap(([room, others]) =>
    [...others].filter(other => ![...others].some(next => reaches(next, other))).map(other => `  ${room} --> ${other}`),
  )
  const rows = [...found].map(([room, others]) => [`\`${room}\``, [...others].map(other => `\`${other}\``).join(', ')])
  const table = [['room', 'imports from'], ...rows]
  const widths = [0, 1].map(column => Math.max(...table.map(row => row[column].length)))
  const [head, ...body] = table.map(row => `| ${row.map((cell, n) => cell.padEnd(widths[n])).join(' | ')} |`)
  const rule = `| ${widths.map(width => '-'.repeat(width)).join(' | ')} |`
  return ['```mermaid', 'flowchart TD', ...arrows, '```', '', head, rule, ...body].join('\n')
}

/** The page with the current picture between its markers. */
export function withRooms(page) {
  return page.replace(/(<!-- rooms -->\n).*?(?=<!-- end of rooms -->)/s, (_, mark) => `${mark}\n${drawRooms()}\n\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(`${root}oxlint.rooms.json`, lintRules())
  const page = `${root}docs/architecture.md`
  writeFileSync(page, withRooms(readFileSync(page, 'utf8')))
}
