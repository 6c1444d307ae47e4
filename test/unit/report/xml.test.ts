import { expect, test } from 'vitest'
import { xmlAttribute, xmlText } from '../../../src/report/xml.ts'

test('what XML means something by is written as entities', () => {
  expect(xmlText('a<b>&"c"]]>\n')).toBe('a&lt;b&gt;&amp;"c"]]&gt;\n')
  expect(xmlAttribute('a<b>&"c"\t\r\n')).toBe('a&lt;b&gt;&amp;&quot;c&quot;&#9;&#13;&#10;')
})

test('what XML cannot hold is visible', () => {
  expect(xmlText('\u0000\u001b\ud800\ufffe\uffff')).toBe(String.raw`\x00\x1b\u{d800}\u{fffe}\u{ffff}`)
  expect(xmlText('\u{1f9ea}\u0085é')).toBe('\u{1f9ea}\u0085é')
})
