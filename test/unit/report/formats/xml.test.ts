import { expect, test } from 'vitest'
import { xmlAttribute, xmlText } from '../../../../src/report/formats/xml.ts'

test('special characters of XML are escaped', () => {
  expect(xmlText('a<b>&"c"]]>\n')).toBe('a&lt;b&gt;&amp;"c"]]&gt;\n')
  expect(xmlAttribute('a<b>&"c"\t\r\n')).toBe('a&lt;b&gt;&amp;&quot;c&quot;&#9;&#13;&#10;')
})

test('characters that XML cannot contain become visible', () => {
  expect(xmlText('\u0000\u001b\ud800\ufffe\uffff')).toBe(String.raw`\x00\x1b\u{d800}\u{fffe}\u{ffff}`)
  expect(xmlText('\u{1f9ea}é')).toBe('\u{1f9ea}é')
  expect(xmlText('a\u0085\u202eb\u200b\u2028')).toBe(String.raw`a\x85\u{202e}b\u{200b}\u{2028}`)
  expect(xmlAttribute('\u2066x')).toBe(String.raw`\u{2066}x`)
})
