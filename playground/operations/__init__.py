"""What changes the workspace. The Web API and the people both act through these, so that every change reaches the
pages of those who may see it and the app's events alike.
"""
