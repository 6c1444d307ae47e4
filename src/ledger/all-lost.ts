/**
 * The probability that all `probes` of one kind are lost by chance alone, if `lost` of `controls` others were lost too: Fisher's exact test,
 * one-sided, whose tail has one term here. For 5 of 5 lost and 0 of 10 controls it is 1 in 3003.
 */
export function chanceOfAllLost(probes: number, lost: number, controls: number): number {
  let chance = 1
  for (let n = 1; n <= probes; n++) chance *= (lost + n) / (controls + n)
  return chance
}
