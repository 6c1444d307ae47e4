import { expect, test } from 'vitest'
import { parseFilePattern } from '../../../../src/jobs/monitor/file-pattern.ts'
import { failure } from '../../../helpers/refused.ts'

test.each([
  ['targets/*.json', '/etc/udptool/targets/*.json'],
  ['a.yml', '/etc/udptool/a.yml'],
  ['../prometheus/sd-*.yaml', '/etc/prometheus/sd-*.yaml'],
  ['/srv/x.JSON', '/srv/x.JSON'],
])('%s', (written, path) => {
  expect(parseFilePattern(written, '/etc/udptool', 'the file')).toBe(path)
})

test.each([
  ['a.txt', 'it does not end in .json, .yml or .yaml'],
  ['', 'it does not end in .json, .yml or .yaml'],
  ['*/a.json', 'one * may stand in it, behind the last /'],
  ['a**.json', 'one * may stand in it, behind the last /'],
  ['a\0.json', 'it has a NUL'],
])('%j is refused, as Prometheus does', (written, reason) => {
  expect(failure(() => parseFilePattern(written, '/', 'the file')).message).toContain(reason)
})
