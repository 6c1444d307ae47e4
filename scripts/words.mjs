// node scripts/words.mjs: fails on words that the project does not use (one word for one thing, plain technical English), in text and in
// identifiers of src, the tests, the documents and the scripts.
import { readdirSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** What the tools install or write. */
const NOT_SOURCES = new Set(['.git', 'api', 'coverage', 'dist', 'dist.new', 'node_modules'])

/** Words that must not be used, their replacement, and an example that is found. Identifiers are split first. */
export const WORDS = [
  { pattern: /\bbells?\b/i, instead: 'waker', example: 'rings the bell of the thread' },
  { pattern: /\bsights?\b/i, instead: 'host reader, view', example: 'interface Sight' },
  { pattern: /\binquir(?:y|ies)\b/i, instead: 'receipts client', example: 'const inquiry = 1' },
  { pattern: /\bdeeds?\b/i, instead: 'action, impairment', example: 'function unnamedDeeds()' },
  { pattern: /\bstations?\b/i, instead: 'simulated host', example: 'class ProberStation' },
  { pattern: /\bparcels?\b/i, instead: 'packet', example: 'a parcel on its way' },
  { pattern: /\bharm(?:s|ed|ing)?\b/i, instead: 'impair, impairment', example: 'what passes is harmed' },
  { pattern: /\bways? back\b/i, instead: 'return path, from server to client', example: 'lost on the way back' },
  {
    pattern: /(?<!under )\bways? there\b/i,
    instead: 'forward path, from client to server',
    example: 'lost on the way there',
  },
  { pattern: /\bboth ways\b/i, instead: 'in both directions', example: 'passed whole, both ways' },
  {
    pattern: /\bsays nothing\b/i,
    instead: 'has no effect, proves nothing',
    example: '--max-size says nothing without --inbox',
  },
  { pattern: /\brough(?:ly)?\b/i, instead: 'too few samples, about', example: 'p50 to p99 are rough' },
  { pattern: /\b95 ?% sure\b/i, instead: '95% confidence interval', example: 'loss 5% (95% sure: 1% to 9%)' },
  { pattern: /\b(?:hears?|heard)\b/i, instead: 'receive', example: 'nothing was heard for so long' },
  { pattern: /\btells\b/i, instead: 'report, show, distinguish', example: 'the counter tells how many' },
  { pattern: /\bknock(?:s|ed|ing)?\b/i, instead: 'check, probe', example: 'knockAt(address)' },
  { pattern: /\bmend(?:s|ed|ing)?\b/i, instead: 'fix', example: 'only what is to mend' },
  { pattern: /\bnews\b/i, instead: 'message, update', example: 'that is no news' },
  { pattern: /\binnocent\b/i, instead: 'not the cause', example: 'an innocent send fails' },
  { pattern: /\bwayward\b/i, instead: 'faulty', example: 'startWayward()' },
  { pattern: /\bkeepers?\b/i, instead: 'receipts server', example: 'class ReceiptsKeeper' },
  { pattern: /\bwilling\b/i, instead: 'fallback', example: 'class WillingEngine' },
  { pattern: /\bunder way\b/i, instead: 'in flight, in progress', example: 'the one probe under way' },
  { pattern: /\bwhoever\b/i, instead: 'anyone who, the peer that', example: 'whoever answers it is named' },
  { pattern: /patience|\bpatient\b/i, instead: 'timeout, time limit', example: 'const LEAST_PATIENCE = 3' },
  { pattern: /\bexpel/i, instead: 'disconnect, evict', example: 'a peer that is expelled' },
  { pattern: /\bfarewells?\b/i, instead: 'last message, last frame', example: 'return farewell(reason)' },
  { pattern: /\breckon(?:s|ed)?\b/i, instead: 'compute', example: 'no delay is reckoned from it' },
  { pattern: /\bcame damaged\b/i, instead: 'arrived damaged', example: 'a probe that came damaged' },
  { pattern: /\bgives (?:how|whether|what)\b/i, instead: 'return', example: 'Gives how many they are' },
  {
    pattern: /\b(?:for|after|of|at most) so (?:long|many|much)\b/i,
    instead: 'this time, this many',
    example: 'closes after so many datagrams',
  },
  { pattern: /\bgiven to others\b/i, instead: 'evicted', example: 'memory was given to others' },
  { pattern: /\bstor(?:y|ies)\b/i, instead: 'findings, details', example: 'function checkStory()' },
  { pattern: /\bunheard\b/i, instead: 'idle, silent', example: 'the peer longest unheard' },
  { pattern: /\banew\b/i, instead: 'again', example: 'real time is read anew' },
  { pattern: /\bto be had\b/i, instead: 'available', example: 'no socket is to be had' },
  {
    pattern: /\b(?:is|are|was|were|unless) told\b(?! apart)/i,
    instead: 'is reported, by default',
    example: 'ten a second unless told otherwise',
  },
  {
    pattern: /\bas (?:the )?\w+ has it\b/i,
    instead: 'as in, the value of',
    example: '128 + n, as the kernel has it',
  },
  { pattern: /\bow(?:e|es|ed)\b/i, instead: 'expected, must have', example: 'what the ledger owes' },
  { pattern: /\bliars?\b|\blying\b/i, instead: 'false, forged', example: 'a lying receipts request' },
  { pattern: /\baloud\b/i, instead: 'print', example: 'says aloud why a test does not run' },
  { pattern: /\bwithout a word\b/i, instead: 'without a warning', example: 'lostUnknown without a word' },
]

/** Files that contain these words as data. */
const EXCLUDED = new Set(['scripts/words.mjs', 'test/unit/words.test.ts'])

/** Splits identifiers at capitals and underscores: `knockAt` becomes `knock At`. */
function words(line) {
  return line.replaceAll(/(?<=[a-z0-9])(?=[A-Z])|_/g, ' ')
}

/** The rules that a line violates. */
export function findWords(line) {
  const text = words(line)
  return WORDS.filter(({ pattern }) => pattern.test(text))
}

/** Words per sentence in the text of a document, without tables and code. Ends of sentences are only estimated. */
function sentenceLengths(text) {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/^[|#>].*$/gm, '')
  return prose
    .split(/(?<=[.!?:])\s+|\n{2,}/)
    .map(sentence => sentence.split(/\s+/).filter(word => /\w/.test(word)).length)
    .filter(length => length > 2)
}

/** Sources, tests, scripts, benchmarks, and all documents. Git is not asked: it refuses a clone that another user owns, as CI has in a container. */
function texts() {
  return readdirSync('.', { withFileTypes: true })
    .filter(({ name }) => !NOT_SOURCES.has(name))
    .flatMap(entry =>
      entry.isDirectory()
        ? readdirSync(entry.name, { recursive: true, encoding: 'utf8' }).map(name => `${entry.name}/${name}`)
        : [entry.name],
    )
    .map(file => file.replaceAll('\\', '/'))
    .filter(file => /\.md$|^(?:src|test|docs|scripts|bench)\/.*\.(?:ts|mjs|py)$/.test(file) && !EXCLUDED.has(file))
}

function main() {
  const files = texts()
  const found = []
  const lengths = []
  for (const file of files) {
    const text = readFileSync(file, 'utf8')
    if (file.endsWith('.md')) lengths.push(...sentenceLengths(text))
    text.split('\n').forEach((line, index) => {
      for (const { pattern, instead } of findWords(line))
        found.push(`${file}:${index + 1}: ${pattern.exec(words(line))?.[0] ?? ''}: write ${instead}`)
    })
  }
  for (const line of found) console.error(line)
  const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length
  const long = lengths.filter(length => length > 30).length
  console.log(
    `${found.length} words to replace; documents: ${mean.toFixed(1)} words a sentence, ${long} of ${lengths.length} above 30`,
  )
  process.exitCode = found.length === 0 ? 0 : 1
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) main()
