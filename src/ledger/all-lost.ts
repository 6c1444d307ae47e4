/**
 * How likely it is that all `probes` of one kind are among the lost by chance alone, where `lost` of `controls` others were lost too:
 * Fisher's exact test, one-sided, whose tail has one term here. 5 of 5 beside 0 of 10 are 1 in 3003.
 */
export function chanceOfAllLost(probes: number, lost: number, controls: number): number {
  let chance = 1
  for (let n = 1; n <= probes; n++) chance *= (lost + n) / (controls + n)
  return chance
}
