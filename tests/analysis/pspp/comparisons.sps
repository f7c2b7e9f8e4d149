* Expected values of ../test_comparisons.py. One line a case: office, rating, other.
* Run: pspp comparisons.sps -O format=txt -o comparisons.txt
DATA LIST LIST NOTABLE /office rating other.
BEGIN DATA
1 1 1
1 1 1
1 2 2
1 2 2
1 2 2
1 2 2
1 2 2
1 3 2
1 3 2
1 3 2
1 3 2
1 3 2
1 3 2
1 3 2
1 3 2
1 3 2
1 4 4
1 4 4
1 4 4
1 4 4
2 1 1
2 1 1
2 1 1
2 1 1
2 1 1
2 1 1
2 2 1
2 2 1
2 2 1
2 2 1
2 2 1
2 2 1
2 2 1
2 2 1
2 3 3
2 3 3
2 3 3
2 4 3
2 4 3
2 4 3
3 2 2
3 2 2
3 2 2
3 2 2
3 2 2
3 2 2
3 3 4
3 3 4
3 3 4
3 3 4
3 3 4
3 3 4
3 3 4
3 4 4
3 4 4
3 4 4
3 4 4
3 4 4
3 4 4
3 4 4
3 4 4
3 4 4
3 4 4
3 4 4
3 4 4
END DATA.
RECODE rating (1,2=0) (3,4=1) INTO agrees.
CROSSTABS /TABLES=office BY agrees /STATISTICS=CHISQ PHI /CELLS=COUNT EXPECTED.
CROSSTABS /TABLES=office BY rating /STATISTICS=CHISQ PHI /CELLS=COUNT EXPECTED.
CROSSTABS /TABLES=rating BY other /STATISTICS=CORR BTAU /CELLS=COUNT.
NPAR TESTS /KRUSKAL-WALLIS=rating BY office(1,3).
NPAR TESTS /M-W=rating BY office(1,2).
NPAR TESTS /M-W=rating BY office(1,3).
NPAR TESTS /M-W=rating BY office(2,3).
