import { fileURLToPath } from 'node:url'
import { createSuite, type Suite, type SuiteCheck } from '../../../src/verdict/suite/suite.ts'
import { judgeResult } from '../../../src/verdict/suite/judged-result.ts'
import { savedResult } from './result-files.ts'

/** The path of a golden report of a suite: `fixtures/reports/suite.junit.xml`. */
export function goldenSuite(file: string): string {
  return fileURLToPath(new URL(`../../../fixtures/reports/${file}`, import.meta.url))
}

const PLAIN = { level: 'error', tags: [], attempts: 1 } as const
const HEAD = {
  command: 'check',
  tool: { name: 'udptool', version: '0.1.0' },
  host: { os: 'linux', kernel: '6.1.0', node: '20.20.2', cpus: 2 },
  file: 'net/udptool.yaml',
  startedAt: '2026-11-27T10:20:30.250Z',
  durationMs: 3456.789,
  interrupted: false,
} as const

/** A check of a saved Result, judged as usual. */
function judged(name: string, level: SuiteCheck['level']): Pick<SuiteCheck, 'expected' | 'observed' | 'verdict'> {
  return { ...judgeResult(savedResult(name), level), result: savedResult(name), level } as SuiteCheck
}

/** One check of each verdict. */
const CHECKS: readonly SuiteCheck[] = [
  {
    ...PLAIN,
    id: 'echo-is-whole',
    name: 'echo is whole',
    ...judged('clean', 'error'),
    tags: ['lan', 'quick'],
    target: 'lan',
    place: { file: 'net/udptool.yaml', line: 6, column: 11 },
    startedAt: '2026-11-27T10:20:30.251Z',
    durationMs: 1234.5,
  },
  {
    ...PLAIN,
    id: 'nothing-is-cut',
    name: 'nothing is cut',
    ...judged('expectations', 'error'),
    attempts: 3,
    place: { file: 'net/udptool.yaml', line: 12, column: 11 },
    startedAt: '2026-11-27T10:20:31.500Z',
    durationMs: 987.6,
  },
  {
    ...PLAIN,
    id: 'large-ones-too',
    name: 'large ones, too',
    ...judged('expectations', 'warn'),
    target: '10.0.0.7:9000',
    place: { file: 'net/udptool.yaml', line: 18, column: 11 },
    startedAt: '2026-11-27T10:20:32.500Z',
    durationMs: 600,
  },
  {
    ...PLAIN,
    id: 'far-away',
    name: 'far away',
    expected: 'loss<1%',
    observed: 'could not run',
    verdict: 'error',
    reason: 'cannot resolve far.example: the name has no address (ENOTFOUND) (check the spelling, or give an address)',
    target: 'far.example',
    place: { file: 'net/udptool.yaml', line: 24, column: 11 },
    startedAt: '2026-11-27T10:20:33.100Z',
    durationMs: 12.25,
  },
  {
    ...PLAIN,
    id: 'over-ipv6',
    name: 'over IPv6',
    expected: 'an intact reply',
    observed: 'no IPv6 here',
    verdict: 'skipped',
    reason: 'this host has no IPv6 loopback',
    attempts: 0,
  },
]

export const SUITE: Suite = createSuite(HEAD, CHECKS)

/** The same with these checks only. */
export function suiteWith(checks: readonly SuiteCheck[], head: Partial<Suite> = {}): Suite {
  return createSuite({ ...HEAD, ...head }, checks)
}

/**
 * Characters that are special in the formats: the end of CDATA, of a cell, of a directive, of a property; line ends, quotes, entities;
 * characters that no text may contain.
 */
export const BREAKING =
  'a]]>b|c\nd\re::f%g"h\'i&j<k>l#m\\n`o*p_q[r](s),t\u0000u\u001b[31mv\ud800w\udc00x\ufffey\u{1f9ea}z\u2028-\u202e-@x ~y $z$ {} \t end '

/** A suite in which every text from a user or a peer is such a text. */
export const BREAKING_SUITE: Suite = suiteWith(
  CHECKS.map(check => ({
    ...check,
    name: `${check.verdict} ${BREAKING}`,
    expected: BREAKING,
    observed: BREAKING,
    ...(check.reason === undefined ? {} : { reason: BREAKING }),
    ...(check.target === undefined ? {} : { target: BREAKING }),
    ...(check.place === undefined ? {} : { place: { ...check.place, file: `${BREAKING}.yaml` } }),
  })),
  { file: `${BREAKING}.yaml` },
)
