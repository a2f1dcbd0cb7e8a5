/* Student's t; see student.h. */
#include "core/stats/student.h"

#include <math.h>

#include "core/stats/proportion.h"

/* Above this Hill's quantiles are good to ten digits. */
#define FEW_DEGREES 100

/* The probability that a t of so many degrees stays within -t and t. */
static double
t_within(double t, int64 degrees)
{
	double		angle = atan(t / sqrt((double) degrees));
	double		square = cos(angle) * cos(angle);
	bool		odd = degrees % 2 == 1;
	double		term = odd ? cos(angle) : 1;
	double		sum = degrees == 1 ? 0 : term;

	for (int64 k = odd ? 2 : 1; k <= degrees - 3; k += 2)
	{
		term *= square * (double) k / (double) (k + 1);
		sum += term;
	}
	return odd ? M_2_PI * (angle + sin(angle) * sum) : sin(angle) * sum;
}

static double
t_density(double t, double degrees)
{
	return exp(lgamma((degrees + 1) / 2) - lgamma(degrees / 2) -
			   (degrees + 1) / 2 * log1p(t * t / degrees)) / sqrt(degrees * M_PI);
}

static double
hill_quantile(double p, double degrees)
{
	double		a;
	double		b;
	double		c;
	double		d;
	double		x;
	double		y;

	if (degrees <= 1)
		return 1 / tan(p * M_PI / 2);
	if (degrees <= 2)
		return sqrt(2 / (p * (2 - p)) - 2);

	a = 1 / (degrees - 0.5);
	b = 48 / (a * a);
	c = ((20700 * a / b - 98) * a - 16) * a + 96.36;
	d = ((94.5 / (b + c) - 3) / b + 1) * sqrt(a * M_PI / 2) * degrees;
	y = pow(d * p, 2 / degrees);
	if (y > 0.05 + a)
	{
		x = normal_quantile(p / 2);
		y = x * x;
		if (degrees < 5)
			c += 0.3 * (degrees - 4.5) * (x + 0.6);
		c += (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b;
		y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x;
		y = expm1(a * y * y);
	}
	else
		y = ((1 / (((degrees + 6) / (degrees * y) - 0.089 * d - 0.822) * (degrees + 2) * 3) +
			  0.5 / (degrees + 4)) * y - 1) * (degrees + 1) / (degrees + 2) + 1 / y;
	return sqrt(degrees * y);
}

double
two_sided_t(double level, int64 degrees)
{
	double		t = hill_quantile(1 - level, (double) degrees);

	if (degrees > 2 && degrees <= FEW_DEGREES)
	{
		for (int i = 0; i < 3; i++)
			t -= (t_within(t, degrees) - level) / (2 * t_density(t, (double) degrees));
	}
	return t;
}
