/**
 * Texts in a log that a CI system executes as commands: at the start of a line `::name …::` (GitHub Actions, Gitea, Forgejo; spaces before it
 * are ignored), anywhere `##[…]` (GitHub Actions, Azure Pipelines), `##vso[…]` (Azure Pipelines), `##teamcity[…]` (TeamCity), `section_start:…`
 * (GitLab) and `travis_fold:…`.
 */
const AT_START = /^((?:[^\S\n]|\p{Cc}\[[\d;]*m)*):(?=:[\w-]+(?:[^\S\n][^\n]*)?::)/gmu
const ANYWHERE = /#(?=#\w*\[)|(?<=section)_(?=(?:start|end):\d+:)|(?<=travis)_(?=fold:|time:)/gu

/** A text without such commands: one character of each becomes `\xNN`. `inLine`: the text continues a line that has begun. */
export function withoutLogCommands(text: string, inLine = false): string {
  const cut = inLine ? text.indexOf('\n') + 1 : 0
  const begun = inLine && cut === 0 ? text : text.slice(0, cut)
  const lines = inLine && cut === 0 ? '' : text.slice(cut)
  return (begun + lines.replace(AT_START, String.raw`$1\x3a`)).replace(
    ANYWHERE,
    character => `\\x${character.charCodeAt(0).toString(16)}`,
  )
}

/** The same for JSON text, which stays the same document: no string in it begins a line. */
export function jsonWithoutLogCommands(json: string): string {
  return json.replace(ANYWHERE, character => `\\u00${character.charCodeAt(0).toString(16)}`)
}
