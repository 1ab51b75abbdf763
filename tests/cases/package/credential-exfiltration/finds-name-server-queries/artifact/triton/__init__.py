from triton.runtime import driver

driver()
