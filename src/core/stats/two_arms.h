/*
 * Two arms' times to conversion, some of them censored: what is asked of both at
 * every time at which anybody converts.
 *
 * The log-rank test compares how many of arm b converted with how many would have
 * if both arms converted alike (N. Mantel, "Evaluation of survival data and two
 * new rank order statistics", Cancer Chemotherapy Reports 50, 1966; variance
 * hypergeometric, so that ties are exact).
 *
 * The hazard ratio, of b to a, is that of D. R. Cox's proportional hazards
 * ("Regression models and life-tables", JRSS B 34, 1972), ties by B. Efron's
 * approximation (JASA 72, 1977), which stays close where all times are whole days;
 * its interval is Wald's on the logarithm.  It does not exist, and is NaN, unless
 * of each arm somebody converts while somebody of the other is at risk.
 */
#ifndef PLG_CORE_STATS_TWO_ARMS_H
#define PLG_CORE_STATS_TWO_ARMS_H

#include "core/stats/survival.h"

typedef struct TwoArms
{
	double		logrank_p_value;	/* NaN: both arms never are at risk when anybody converts */
	double		hazard_ratio;
	double		hazard_low;
	double		hazard_high;
} TwoArms;

/* Reads both inputs to their ends. */
extern TwoArms compare_arms(SurvivalInput *a, SurvivalInput *b, double level);

#endif							/* PLG_CORE_STATS_TWO_ARMS_H */
