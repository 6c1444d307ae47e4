import { expect, test } from 'vitest'
import { parseAllowEntry } from '../../../../src/jobs/monitor/allow-entry.ts'
import { failure } from '../../../helpers/refused.ts'

test('networks of both IP versions', () => {
  const entry = parseAllowEntry('10.0.0.0/8', 'allow')
  const network = entry.kind === 'network' ? entry.network : undefined
  expect(network?.contains('10.255.0.1')).toBe(true)
  expect(network?.contains('11.0.0.1')).toBe(false)
  expect(parseAllowEntry('fd00::/8', 'allow').kind).toBe('network')
})

test.each([
  ['edge.example:9000', { kind: 'target', target: { host: 'edge.example', port: 9000 } }],
  ['10.0.0.7:53', { kind: 'target', target: { host: '10.0.0.7', port: 53 } }],
  ['[fd00::7]:9000', { kind: 'target', target: { host: 'fd00::7', port: 9000 } }],
  ['*.Mesh.example:9000', { kind: 'suffix', suffix: '.mesh.example', port: 9000 }],
])('%s', (text, entry) => {
  expect(parseAllowEntry(text, 'allow')).toEqual(entry)
})

test.each([
  ['', 'it is empty', 'write'],
  ['10.0.0.0/33', 'the prefix is a number from 0 to 32', '10.0.0.0/8'],
  ['edge.example', 'it has no port', 'did you mean edge.example:9000?'],
  ['10.0.0.7', 'it is an address without a port', 'write 10.0.0.7:9000 for one port, or 10.0.0.7/32 for all'],
  ['fd00::7', 'it is an address without a port', 'write [fd00::7]:9000 for one port, or fd00::7/128 for all'],
  ['*.example', 'behind *. stand a domain and a port', '*.example:9000'],
  ['*.:9000', 'behind *. stand a domain and a port', '*.example:9000'],
  ['*.10.0.0.7:9000', 'behind *. stand a domain and a port', '*.example:9000'],
  ['*', 'a * stands only before the first dot', '*.example:9000'],
  ['edge*.example:9000', 'a * stands only before the first dot', '*.example:9000'],
  ['edge.example:0', 'nothing can be sent to port 0', 'edge.example:9000'],
])('%j is refused', (text, reason, hint) => {
  const error = failure(() => parseAllowEntry(text, 'allow'))
  expect(error.message).toContain(`: ${reason}`)
  expect(error.hint).toContain(hint)
})
